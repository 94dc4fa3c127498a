// UPI, India. rails/upi.py says by which standard.

import { filledRows, noteRow, referenceOf } from "./rows.js";

const IOS_APPS = [["PhonePe", "phonepe://"], ["Google Pay", "tez://upi/"], ["Paytm", "paytmmp://"]];

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [reference]
 * @param {string} [note]
 */
export function upiCode(account, { amount, currency }, reference, note) {
  if (currency !== "INR") return "";
  const values = { pn: account.holder, am: amount, cu: currency, tr: reference, tn: note };
  const more = Object.entries(values).map(([name, value]) => (value ? `&${name}=${percentEncode(value)}` : ""));
  return `upi://pay?pa=${account.address}${more.join("")}`;
}

/** As RFC 3986 has it. @param {string} text */
function percentEncode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @type {import("../rails.js").Rail} */
export const upiRail = {
  asksBankNumber: true,

  codeText: (account, payment) => upiCode(account, payment, referenceOf(payment), referenceOf(payment)),

  /** Apps refuse links with an amount to persons. On iOS the first app that ever claimed `upi:` gets it. */
  links(account, payment, platform) {
    const code = upiRail.codeText(account, payment);
    if (!account.merchant || !code) return [];
    if (platform === "android") return [{ label: "", href: code }];
    if (platform !== "ios") return [];
    return IOS_APPS.map(([label, start]) => ({ label, href: code.replace("upi://", start) }));
  },

  rows: (account, payment) =>
    filledRows(["row_upi", account.address], ["row_holder", account.holder], ["row_amount", payment.amount], noteRow(payment)),
};
