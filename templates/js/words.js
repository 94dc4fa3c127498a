// How a payment's amount, time and code are written.

import { formatMoney } from "./money.js";
import { localeNow } from "./page_language.js";

/** @param {{amount: string, currency: string}} payment */
export function amountOf({ amount, currency }) {
  return formatMoney(amount, currency, localeNow());
}

/** @param {string | number} time */
export function formatTime(time) {
  return new Date(time).toLocaleString(localeNow(), { dateStyle: "medium", timeStyle: "short" });
}

/** When it was said, by this device's clock if it knows. @param {any} payment */
export function timeOf({ at, opened, since, recorded_at }) {
  return new Date(at || since || opened || recorded_at || Date.now()).toLocaleTimeString(localeNow(), { timeStyle: "short" });
}

/** What payer and payee compare. @param {{payment_id: string}} payment */
export function codeOf({ payment_id }) {
  return payment_id.slice(-4);
}

/** The address of a payee's page. @param {string} payeeId */
export function pageOf(payeeId) {
  return new URL(`../${payeeId}/`, location.href.split(/[?#]/)[0]).href;
}
