// PayNow, Singapore. rails/paynow.py says by which standard.

import { foldToAscii } from "./ascii.js";
import { emvCode, emvField } from "./emv.js";
import { filledRows, noteRow, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [reference]
 */
export function paynowCode({ address = "", holder = "", expiry }, { amount, currency }, reference = "") {
  if (currency !== "SGD") return "";
  return emvCode(
    ["01", amount || reference ? "12" : "11"],
    [
      "26",
      emvField("00", "SG.PAYNOW") +
        emvField("01", address[0] === "+" ? "0" : "2") +
        emvField("02", address) +
        emvField("03", amount ? "0" : "1") +
        emvField("04", expiry),
    ],
    ["52", "0000"],
    ["53", "702"],
    ["54", amount],
    ["58", "SG"],
    ["59", foldToAscii(holder, 25)],
    ["60", "Singapore"],
    ["62", emvField("01", reference)],
  );
}

/** @type {import("../rails.js").Rail} */
export const paynowRail = {
  asksBankNumber: false,

  codeText: (account, payment) => paynowCode(account, payment, referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(["row_paynow", account.address], ["row_holder", account.holder], ["row_amount", payment.amount], noteRow(payment)),
};
