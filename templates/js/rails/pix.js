// Pix, Brazil. rails/pix.py says by which standard.

import { foldToAscii } from "./ascii.js";
import { emvCode, emvField } from "./emv.js";
import { filledRows, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [txid]
 */
export function pixCode({ address, holder = "", city }, { amount, currency }, txid) {
  if (currency !== "BRL") return "";
  return emvCode(
    ["26", emvField("00", "br.gov.bcb.pix") + emvField("01", address)],
    ["52", "0000"],
    ["53", "986"],
    ["54", amount],
    ["58", "BR"],
    ["59", foldToAscii(holder, 25)],
    ["60", foldToAscii(city, 15)],
    ["62", emvField("05", txid || "***")],
  );
}

/** @type {import("../rails.js").Rail} */
export const pixRail = {
  asksBankNumber: false,

  codeText: (account, payment) => pixCode(account, payment, referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(
      ["row_pix_code", pixRail.codeText(account, payment)],
      ["row_pix", account.address],
      ["row_holder", account.holder],
      ["row_amount", payment.amount],
    ),
};
