// Switzerland and Liechtenstein. rails/swiss.py says by which standard.

import { filledRows, inGroups, referenceOf } from "./rows.js";

/**
 * @param {import("../rails.js").Account} account
 * @param {{amount?: string, currency: string}} money
 * @param {string} [reference] QRR, or one of ISO 11649
 * @param {string} [message]
 * @returns {string} "" for what the code can't say
 */
export function swissCode(account, { amount = "", currency }, reference = "", message = "") {
  const isQrIban = hasQrIban(account);
  if (amount.length > 12 || !(currency === "CHF" || (currency === "EUR" && !isQrIban))) return "";
  const { address, holder, street = "", house = "", postcode, city, country } = account;
  const blank = Array(7).fill("");
  return [
    ...["SPC", "0200", "1", address, "S", holder, street, house, postcode, city, country],
    ...[...blank, amount, currency, ...blank],
    ...[isQrIban ? "QRR" : reference ? "SCOR" : "NON", reference, message, "EPD"],
  ].join("\n");
}

/** One that demands a reference of 27 digits. @param {import("../rails.js").Account} account */
function hasQrIban({ address = "" }) {
  return /^.{4}3[01]/.test(address);
}

/**
 * ISO 11649 over the last 21 characters of the id.
 *
 * @param {string} paymentId
 */
export function rfReference(paymentId) {
  const body = paymentId.slice(-21);
  const digits = `${body}RF00`.replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)));
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  return `RF${String(98 - rest).padStart(2, "0")}${body}`;
}

/**
 * The last 26 decimal digits of the id, and a check digit (modulo 10, recursive).
 *
 * @param {string} paymentId
 */
export function qrReference(paymentId) {
  const digits = Array(26).fill(0);
  for (const character of paymentId) {
    let carry = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(character);
    for (let i = 26; i--; carry = Math.floor(carry / 10)) {
      carry += digits[i] * 32;
      digits[i] = carry % 10;
    }
  }
  let check = 0;
  for (const digit of digits) check = Number("0946827135"[(check + digit) % 10]);
  return digits.join("") + ((10 - check) % 10);
}

/**
 * @param {import("../rails.js").Account} account
 * @param {import("../rails.js").RailPayment} payment
 */
function swissReference(account, { payment_id }) {
  return hasQrIban(account) ? qrReference(payment_id) : rfReference(payment_id);
}

/** @type {import("../rails.js").Rail} */
export const swissRail = {
  asksBankNumber: false,

  codeText: (account, payment) => swissCode(account, payment, swissReference(account, payment), referenceOf(payment)),

  links: () => [],

  rows(account, payment) {
    const { address = "", holder, street, house, postcode, city } = account;
    const words = [street, house].filter(Boolean).join(" ");
    return filledRows(
      ["row_iban", address, inGroups(address, 4)],
      ["row_holder", holder],
      ["row_address", [words, `${postcode} ${city}`].filter(Boolean).join(", ")],
      ["row_amount", payment.amount],
      ["row_reference", swissReference(account, payment)],
    );
  },
};
