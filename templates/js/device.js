// What the device keeps. Payments on their way are kept always, before they are sent, so that a
// reload, a closed tab or a flat battery cannot turn one payment into two or none. Each has a place
// of its own: two tabs don't touch each other's. A name and receipts are kept if the payer agrees; the
// receipt on the screen is kept for a reload of its tab in any case.

const PREFIX = "payee-pages:";
const PENDING = "pending:";
const RECEIPT = "receipt:";

/**
 * @typedef {{payer_id: string, amount: string, currency: string, reason: string}} Fields
 * @typedef {Fields & {payment_id: string, payee_id: string, payee_name: string}} Payment
 * @typedef {{payment_id: string, payee_id: string, payee_name: string, fields: Fields,
 *   remember: boolean, unanswered: boolean, stopped: boolean}} Pending `unanswered`: an attempt may
 *   have reached the API; `stopped`: the payer gave it up
 * @typedef {Payment & {status: string, reference: string, recorded_at: string}} Receipt
 */

/** @returns {Pending[]} the oldest first */
export function pendingPayments() {
  return loadAll(PENDING).filter((one) => one.payment_id && one.fields);
}

/**
 * @param {Pending} pending
 * @returns {boolean} whether the device keeps it
 */
export function savePending(pending) {
  return save(PENDING + pending.payment_id, JSON.stringify(pending));
}

/** @param {Pending} pending */
export function removePending(pending) {
  remove(PENDING + pending.payment_id);
}

/** @returns {Receipt[]} the latest first */
export function receipts() {
  return loadAll(RECEIPT).filter((one) => one.payment_id && one.amount).reverse();
}

/** @param {Receipt} receipt */
export function saveReceipt(receipt) {
  save(RECEIPT + receipt.payment_id, JSON.stringify(receipt));
}

/** What became of a payment, if its receipt is kept. @param {Receipt} receipt */
export function updateReceipt(receipt) {
  if (load(RECEIPT + receipt.payment_id)) saveReceipt(receipt);
}

/** The receipt that this tab shows, for a reload of it. @returns {Receipt | undefined} */
export function shownInTab() {
  return attempt(() => JSON.parse(sessionStorage.getItem(PREFIX + RECEIPT) ?? "")) || undefined;
}

/** @param {Receipt} [receipt] none: the tab shows something else now */
export function keepInTab(receipt) {
  const key = PREFIX + RECEIPT;
  attempt(() => (receipt ? sessionStorage.setItem(key, JSON.stringify(receipt)) : sessionStorage.removeItem(key)));
}

/** Forget name and receipts, and also what is on its way. */
export function forgetAll() {
  for (const key of keys("")) remove(key);
}

/** @param {string} key */
export function load(key) {
  return attempt(() => localStorage.getItem(PREFIX + key)) ?? "";
}

/**
 * @param {string} key
 * @param {string} text
 * @returns {boolean} whether the device keeps it
 */
export function save(key, text) {
  return attempt(() => localStorage.setItem(PREFIX + key, text) ?? true) ?? false;
}

/** @param {string} key */
function remove(key) {
  attempt(() => localStorage.removeItem(PREFIX + key));
}

/** @param {string} start of the keys @returns {string[]} in the order of time */
function keys(start) {
  const all = attempt(() => Object.keys(localStorage)) ?? [];
  return all.filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length)).sort();
}

/** @param {string} start @returns {any[]} but for those of another version of this page */
function loadAll(start) {
  return keys(start).map((key) => attempt(() => JSON.parse(load(key)))).filter(Boolean);
}

/**
 * @template T
 * @param {() => T} act
 * @returns {T | undefined} undefined if it throws, as storage does in browsers that refuse it
 */
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}
