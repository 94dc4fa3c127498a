// SEPA. rails/sepa.py says by which standard.

import { filledRows, inGroups, noteRow, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [reference] of ISO 11649; then there is no text
 * @param {string} [text]
 * @returns {string} "" for more than the code can say
 */
export function sepaCode(account, { amount = "", currency }, reference = "", text = "") {
  if (currency !== "EUR" || amount.length > 12) return "";
  const { address, holder, bic = "", purpose = "" } = account;
  const lines = ["BCD", "002", "1", "SCT", bic, holder, address, amount && currency + amount, purpose, reference, text];
  return lines.join("\n").trimEnd();
}

/** @type {import("../rails.js").Rail} */
export const sepaRail = {
  asksBankNumber: false,

  codeText: (account, payment) => sepaCode(account, payment, "", referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(
      ["row_holder", account.holder],
      ["row_iban", account.address, inGroups(account.address || "", 4)],
      ["row_bic", account.bic],
      ["row_amount", payment.amount],
      noteRow(payment),
    ),
};
