// Payments that the device keeps: before the payer leaves for the bank app, and before they are sent,
// so that a reload, a closed tab or a flat battery cannot turn one payment into two or none. Each has a
// place of its own: two tabs don't touch each other's. What was written down is kept for a day; for
// longer, with the payer's name, if the payer wants it.

import { attempt, DAY_MS, keys, load, PREFIX, remove, save } from "./device.js";

const PENDING = "pending:";
const OPENED = "opened:";
const RECEIPT = "receipt:";

/**
 * @typedef {{payer_id: string, amount: string, currency: string, reason: string, method?: string,
 *   bank_reference?: string}} Fields
 * @typedef {{payment_id: string, payee_id: string, payee_name: string}} Whose
 * @typedef {Fields & Whose} Payment
 * @typedef {Whose & {fields: Fields, account?: number, opened?: number}} Said `account`: which of the
 *   payee's it is paid to; `opened`: when the payer left for the bank app, in ms
 * @typedef {Said & {unanswered: boolean, stopped: boolean, tries?: number, since?: number, next?: number,
 *   sender?: string}} Pending `unanswered`: an attempt may have reached the API; `stopped`: the payer
 *   gave it up; `since` the first try, `next` when the next one is, both in ms; `sender`: the tab
 * @typedef {Payment & {status: string, reference: string, recorded_at: string, at?: number, kept?: boolean,
 *   doubted?: boolean}} Receipt `at`: when it came, by this device's clock; `doubted`: it was confirmed once
 */
/**
 * What has a receipt is no more on its way: another tab may have kept it again while it heard late that it was taken over.
 *
 * @returns {Pending[]} on their way, the oldest first
 */
export function pendingPayments() {
  const done = receipts().map(({ payment_id }) => payment_id);
  return loadAll(PENDING).filter((one) => hasFields(one) && !done.includes(one.payment_id));
}

/**
 * @param {Pending} pending
 * @returns {boolean} whether the device keeps it
 */
export function savePending(pending) {
  return saveAs(PENDING, pending);
}

/** @param {Whose} pending */
export function removePending(pending) {
  remove(PENDING + pending.payment_id);
}

/** Whether another tab tells of this payment. @param {string | null} key of a storage event @param {string} id */
export function isPendingKey(key, id) {
  return key === PREFIX + PENDING + id;
}

/** @returns {Said[]} those for which the payer left for the bank app, and said nothing since */
export function openedPayments() {
  return loadAll(OPENED).filter(hasFields);
}

/** @param {Said} said */
export function saveOpened(said) {
  saveAs(OPENED, said);
}

/** @param {Whose} said */
export function removeOpened(said) {
  remove(OPENED + said.payment_id);
}

/** @returns {Receipt[]} the latest first */
export function receipts() {
  return loadAll(RECEIPT).filter((one) => one.payment_id && one.amount).reverse();
}

/** @param {Receipt} receipt */
export function saveReceipt(receipt) {
  saveAs(RECEIPT, receipt);
}

/** What became of a payment, if its receipt is kept. @param {Receipt} receipt */
export function updateReceipt(receipt) {
  if (load(RECEIPT + receipt.payment_id)) saveReceipt(receipt);
}

/** Those that the payer did not want to keep are gone after a day. @param {number} now */
export function dropOldReceipts(now) {
  for (const { at, kept, payment_id } of receipts()) {
    if (at && !kept && !(now - at < DAY_MS)) for (const start of [PENDING, RECEIPT]) remove(start + payment_id);
  }
}

/** Forget name and receipts, and also what is on its way. */
export function forgetAll() {
  for (const key of keys("")) remove(key);
  attempt(() => sessionStorage.clear());
}

/** @param {string} start @param {Whose} value */
function saveAs(start, value) {
  return save(start + value.payment_id, JSON.stringify(value));
}

/** @param {string} start @returns {any[]} but for those of another version of this page */
function loadAll(start) {
  return keys(start).map((key) => attempt(() => JSON.parse(load(key)))).filter(Boolean);
}

/** @param {any} one */
function hasFields(one) {
  return one.payment_id && one.fields;
}
