// What a payment is, from what became of it, as payments/events.py has it. Pure.

/**
 * @typedef {"claimed" | "confirmed" | "reversed"} Status
 * @typedef {{status: string, by: string, why: string, recorded_at: string}} PaymentEvent
 * @typedef {{payee_id: string, payment_id: string, payer_id: string, amount: string, currency: string,
 *   reason: string, method: string | null, bank_reference: string | null, recorded_at: string,
 *   events: PaymentEvent[]}} Payment as the API tells it to a till
 */

const LATE_MS = 3_600_000;
const BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Those that made it what it is: not taken back. @param {PaymentEvent[]} events in order */
export function standingEvents(events) {
  const standing = /** @type {PaymentEvent[]} */ ([]);
  for (const event of events) {
    if (event.status === "undone") standing.pop();
    else if (event.status === "confirmed" || event.status === "reversed") standing.push(event);
  }
  return standing;
}

/** What made it what it is. @param {PaymentEvent[]} events @returns {PaymentEvent | undefined} */
export function lastStanding(events) {
  return standingEvents(events).pop();
}

/** @param {{events: PaymentEvent[]}} payment @returns {Status} */
export function statusOf({ events }) {
  const last = lastStanding(events);
  return last ? /** @type {Status} */ (last.status) : "claimed";
}

/** Money in hand that the payee wrote down, where no payer said anything. @param {{payer_id: string, method: string | null}} payment */
export function isCashTaken({ payer_id, method }) {
  return payer_id === "cash" && method === "cash";
}

/** @param {Status} status @param {string} next whether an event of this status is allowed */
export function mayBecome(status, next) {
  if (next === "undone") return status !== "claimed";
  return status === "claimed" || (status === "confirmed" && next === "reversed");
}

/** When the payer's device, whose clock may be wrong, minted the id. @param {string} paymentId */
export function mintedAt(paymentId) {
  let ms = 0;
  for (const digit of paymentId.slice(0, 10)) ms = ms * 32 + BASE32.indexOf(digit);
  return ms;
}

/** Whether it was long on its way: on a phone without a network, say. @param {Payment} payment */
export function isLate({ payment_id, recorded_at }) {
  return Date.parse(recorded_at) - mintedAt(payment_id) > LATE_MS;
}

/** What payer and payee compare by eye. @param {string} paymentId */
export function codeOf(paymentId) {
  return paymentId.slice(-4);
}
