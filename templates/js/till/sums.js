// What came and what was only said, apart: there is no sum of both. Amounts are added as the texts
// that they are, since a market's takings may have more digits than a float. Pure.

import { statusOf } from "./states.js";

/**
 * @typedef {import("./states.js").Payment} Payment
 * @typedef {{amount: string, n: number}} Sum
 * @typedef {{currency: string, confirmed: Sum, said: Sum}} Sums
 */

/**
 * @param {string} a
 * @param {string} b both with as many decimals
 */
export function addAmounts(a, b) {
  const digits = (a.split(".")[1] || "").length;
  const [x, y] = [a, b].map((one) => one.replace(".", ""));
  let sum = "";
  let carry = 0;
  for (let i = 1; i <= Math.max(x.length, y.length) || carry; i++) {
    carry += Number(x[x.length - i] || 0) + Number(y[y.length - i] || 0);
    sum = (carry % 10) + sum;
    carry = Math.floor(carry / 10);
  }
  return digits ? `${sum.slice(0, -digits)}.${sum.slice(-digits)}` : sum;
}

/** @param {number} digits the currency's decimals */
export function noAmount(digits) {
  return digits ? `0.${"0".repeat(digits)}` : "0";
}

/**
 * @param {Payment[]} payments
 * @returns {Sums[]} one for each currency, the latest payment's first; none of no payments
 */
export function sumsOf(payments) {
  const sums = /** @type {Map<string, Sums>} */ (new Map());
  for (const payment of payments) {
    const { currency, amount } = payment;
    const none = noAmount((amount.split(".")[1] || "").length);
    const one = sums.get(currency) || {
      currency, confirmed: { amount: none, n: 0 }, said: { amount: none, n: 0 },
    };
    sums.set(currency, one);
    const status = statusOf(payment);
    if (status === "reversed") continue;
    const sum = status === "confirmed" ? one.confirmed : one.said;
    sum.amount = addAmounts(sum.amount, amount);
    sum.n++;
  }
  return Array.from(sums.values());
}

/**
 * The days' names for people are the screen's business.
 *
 * @param {number} ms
 * @returns {string} the day on this device's calendar, such as "2026-03-01"
 */
export function dayOf(ms) {
  const date = new Date(ms);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** @param {number} ms @param {number} days back @returns {string} */
export function dayBefore(ms, days) {
  const date = new Date(ms);
  return dayOf(new Date(date.getFullYear(), date.getMonth(), date.getDate() - days, 12).getTime());
}

/**
 * A payment counts on the day it was recorded, by the server's clock, as in the maintainer's totals.
 *
 * @param {Payment[]} payments
 * @param {"today" | "yesterday" | "week"} span
 * @param {number} now
 */
export function inSpan(payments, span, now) {
  const today = dayOf(now);
  const yesterday = dayBefore(now, 1);
  const first = dayBefore(now, 6);
  return payments.filter(({ recorded_at }) => {
    const day = dayOf(Date.parse(recorded_at));
    return span === "today" ? day >= today : span === "yesterday" ? day === yesterday : day >= first;
  });
}

/**
 * @param {Payment[]} payments
 * @param {string} query in people's spelling: amount, payer, reason, reference, bank number
 */
export function searched(payments, query) {
  const wanted = squeeze(query);
  return payments.filter(({ amount, payer_id, reason, payment_id, bank_reference }) =>
    [amount, payer_id, reason, payment_id, bank_reference || ""].some((text) => squeeze(text).includes(wanted)));
}

/** @param {string} text */
function squeeze(text) {
  return text.normalize("NFC").toLowerCase().replace(/[\s-]/g, "");
}
