// Somebody else's payment page; equal to rails/link.py.

import { filledRows, inGroups, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [reference]
 */
export function linkAddress({ address = "" }, { amount = "", currency }, reference = "") {
  /** @type {Record<string, string>} */
  const values = { amount, currency, reference, amount_minor: amount.replace(".", "").replace(/^0+/, "") };
  return address.replace(/\{(\w+)\}/g, (_, place) => values[place]);
}

/** @type {import("../rails.js").Rail} */
export const linkRail = {
  asksBankNumber: false,

  codeText: (account, payment) => linkAddress(account, payment, referenceOf(payment)),

  links: (account, payment) => [{ label: "", href: linkRail.codeText(account, payment) }],

  rows: (account, payment) =>
    filledRows(
      ["row_link", linkRail.codeText(account, payment)],
      ["row_holder", account.holder],
      ["row_amount", payment.amount],
      ["row_reference", referenceOf(payment), inGroups(referenceOf(payment), 5)],
    ),
};
