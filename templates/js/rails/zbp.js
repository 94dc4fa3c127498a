// Poland. rails/zbp.py says by which recommendation.

import { filledRows, inGroups, noteRow, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [_reference] there is no field for it
 * @param {string} [title]
 * @returns {string} "" for more than the code can say
 */
export function zbpCode({ address = "", holder = "" }, { amount = "", currency }, _reference, title = "") {
  if (currency !== "PLN" || amount.length > 7) return "";
  const groszy = amount.replace(".", "").padStart(6, "0");
  return `|PL|${address.slice(2)}|${groszy}|${[...holder].slice(0, 20).join("").trim()}|${title}|||`;
}

/** @type {import("../rails.js").Rail} */
export const zbpRail = {
  asksBankNumber: false,

  codeText: (account, payment) => zbpCode(account, payment, "", referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(
      ["row_iban", account.address, inGroups(account.address || "", 4)],
      ["row_holder", account.holder],
      ["row_amount", payment.amount],
      noteRow(payment),
    ),
};
