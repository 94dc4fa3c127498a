// What a till knows of its payments, and which of it somebody should hear. Answers may come late,
// twice or in any order: a payment's events only ever grow in number, so the longer history is the
// newer one. What was heard is kept as the status that was announced, so that nothing is announced
// twice, also after a reload.

import { DAY_MS } from "../device.js";
import { isLate, lastStanding, mintedAt, statusOf } from "./states.js";

/** The API lists no more than these, and refuses ids that are older. */
export const REACH_MS = 31 * DAY_MS;
const KEPT_MS = 8 * DAY_MS;
const KEPT_AT_MOST = 500;
/** A payment in the making when the till is first opened is news, and what was there before is not. */
const IN_THE_MAKING_MS = 15_000;

/**
 * @typedef {import("./states.js").Payment} Payment
 * @typedef {import("./states.js").Status} Status
 * @typedef {{kind: "said" | "late" | "confirmed" | "reversed", payment: Payment}} News
 * @typedef {{openedAt: number, payments: Payment[], heard: [string, Status][]}} Kept `openedAt`: when
 *   this device first saw the list, by the server's clock; NaN if it never did
 */

export class KnownPayments {
  /**
   * @param {Kept | undefined} kept
   * @param {(payment: Payment) => Payment} withActions the payment with what was done to it here and
   *   may not have arrived
   */
  constructor(kept, withActions) {
    this.withActions = withActions;
    this.openedAt = kept ? kept.openedAt : NaN;
    this.payments = new Map((kept ? kept.payments : []).map((one) => [one.payment_id, one]));
    this.heard = new Map(kept ? kept.heard : []);
  }

  /** As they are on the screen, the latest first. @returns {Payment[]} */
  list() {
    const shown = Array.from(this.payments.values(), (one) => this.withActions(one));
    const time = (/** @type {Payment} */ one) => Date.parse(one.recorded_at);
    return shown.sort((a, b) => time(b) - time(a) || (a.payment_id < b.payment_id ? 1 : -1));
  }

  /** @param {string} paymentId */
  find(paymentId) {
    const found = this.payments.get(paymentId);
    return found && this.withActions(found);
  }

  /**
   * @param {Payment[]} documents
   * @param {number} now the server's clock
   * @returns {{news: News[], changed: boolean}} the oldest news first
   */
  merge(documents, now) {
    let changed = isNaN(this.openedAt);
    if (changed) this.openedAt = now - IN_THE_MAKING_MS;
    const news = /** @type {News[]} */ ([]);
    for (const document of documents) {
      const known = this.payments.get(document.payment_id);
      if (known && known.events.length > document.events.length) continue;
      if (!known || known.events.length < document.events.length) changed = true;
      this.payments.set(document.payment_id, document);
      const kind = this.hear(this.withActions(document));
      if (kind) news.push({ kind, payment: document });
    }
    return { news: news.reverse(), changed };
  }

  /**
   * Note what this payment is as announced.
   *
   * @param {Payment} payment
   * @returns {News["kind"] | undefined} what to announce, if anything
   */
  hear(payment) {
    const before = this.heard.get(payment.payment_id);
    const status = statusOf(payment);
    this.heard.set(payment.payment_id, status);
    const since = Date.parse((lastStanding(payment.events) || payment).recorded_at);
    if (status === before || since < this.openedAt) return;
    if (status === "confirmed") return status;
    if (!before) return status === "reversed" ? undefined : isLate(payment) ? "late" : "said";
    return status === "reversed" ? status : undefined;
  }

  /**
   * For the device. What is too old for the API is forgotten, but by the server's clock only: a phone's
   * own may run days ahead, and then what was heard would be heard again.
   *
   * @param {number} now the server's clock; NaN if it is not known
   * @returns {Kept}
   */
  kept(now) {
    const isOlder = (/** @type {string} */ id, /** @type {number} */ ms) => mintedAt(id) < now - ms;
    for (const id of this.payments.keys()) if (isOlder(id, REACH_MS)) this.payments.delete(id);
    for (const id of this.heard.keys()) if (isOlder(id, REACH_MS + DAY_MS)) this.heard.delete(id);
    const recent = Array.from(this.payments.values()).filter((one) => !(Date.parse(one.recorded_at) < now - KEPT_MS));
    recent.sort((a, b) => Date.parse(b.recorded_at) - Date.parse(a.recorded_at));
    return { openedAt: this.openedAt, payments: recent.slice(0, KEPT_AT_MOST), heard: Array.from(this.heard) };
  }
}
