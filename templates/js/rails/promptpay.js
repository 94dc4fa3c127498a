// PromptPay, Thailand. rails/promptpay.py says by which standard.

import { emvCode, emvField } from "./emv.js";
import { filledRows } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 */
export function promptpayCode({ address = "" }, { amount, currency }) {
  if (currency !== "THB") return "";
  const [kind, value] = { 10: ["01", `0066${address.slice(1)}`], 13: ["02", address] }[address.length] || ["03", address];
  return emvCode(
    ["01", amount ? "12" : "11"],
    ["29", emvField("00", "A000000677010111") + emvField(kind, value)],
    ["58", "TH"],
    ["53", "764"],
    ["54", amount],
  );
}

/** @type {import("../rails.js").Rail} */
export const promptpayRail = {
  asksBankNumber: false,

  codeText: promptpayCode,

  links: () => [],

  rows: (account, payment) =>
    filledRows(["row_promptpay", account.address], ["row_holder", account.holder], ["row_amount", payment.amount]),
};
