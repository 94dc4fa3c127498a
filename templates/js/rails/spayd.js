// Czechia and Slovakia. rails/spayd.py says by which standard.

import { foldToAscii } from "./ascii.js";
import { filledRows, inGroups, noteRow, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [symbol] the variable symbol
 * @param {string} [message]
 * @returns {string} "" for more than the code can say
 */
export function spaydCode(account, { amount = "", currency }, symbol, message = "") {
  if (amount.length > 10 || !/CZK|EUR/.test(currency)) return "";
  const { address, bic, holder = "" } = account;
  const values = {
    ACC: bic ? `${address}+${bic}` : address,
    AM: amount,
    CC: currency,
    RN: spaydText(holder, 35),
    MSG: spaydText(message, 60),
    "X-VS": symbol,
  };
  const parts = Object.entries(values).map(([key, value]) => (value ? `*${key}:${value}` : ""));
  return `SPD*1.0${parts.join("")}`;
}

/**
 * @param {string} text
 * @param {number} most
 */
function spaydText(text, most) {
  return foldToAscii(text, most).toUpperCase().replace(/[%+*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * Ten digits, the first one not 0, so that no bank drops it.
 *
 * @param {string} paymentId
 */
export function tenDigits(paymentId) {
  let rest = 0;
  for (const character of paymentId) rest = (rest * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(character)) % 9e9;
  return String(1e9 + rest);
}

/** @type {import("../rails.js").Rail} */
export const spaydRail = {
  asksBankNumber: false,

  codeText: (account, payment) => spaydCode(account, payment, tenDigits(payment.payment_id), referenceOf(payment)),

  links: () => [],

  rows: (account, payment) =>
    filledRows(
      ["row_iban", account.address, inGroups(account.address || "", 4)],
      ["row_holder", account.holder],
      ["row_amount", payment.amount],
      ["row_symbol", tenDigits(payment.payment_id)],
      noteRow(payment),
    ),
};
