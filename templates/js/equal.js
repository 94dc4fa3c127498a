// The same again may be a second payment, or the first one once more.

import { flat, isOfToday } from "./flow.js";

/**
 * @typedef {import("./kept.js").Said} Said
 * @typedef {import("./flow.js").Kept} Kept
 */

/**
 * A payment that may be the same once more: of the same payer and amount, not answered yet or written
 * down in the last day.
 *
 * @param {Said} said
 * @param {Kept} kept
 * @param {number} now
 */
export function findEqual({ payee_id, fields }, { pending, receipts }, now) {
  const isEqual = (/** @type {any} */ one) =>
    one.payee_id === payee_id && one.amount === fields.amount && one.currency === fields.currency &&
    one.payer_id.toLowerCase() === fields.payer_id.toLowerCase();
  return pending.map(flat).find(isEqual) ||
    receipts.find((one) => isEqual(one) && isOfToday(one, now) && one.status !== "reversed");
}
