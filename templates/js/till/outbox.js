// What was done at this till and has not got the API's answer yet. It is on the screen at once, kept
// on the device before it is sent, and sent until there is a definite answer: the number of an event
// and the id of a payment make sending again safe. One thing after the other, in the order in which
// they were done, since each may build on those before it.

import { LONGEST_ANSWER_MS, retryMs } from "./pace.js";
import { lastStanding, mayBecome, statusOf } from "./states.js";

/**
 * @typedef {import("./states.js").Payment} Payment
 * @typedef {{key: string, payment: Payment, n: number, status: string, why?: string, at: string,
 *   seen: string, unanswered: boolean}} Action `key` is its own, and sorts by time; `n` is the event's
 *   number, 0 for the payment itself, which then is cash; `seen` tells what the payment was when
 *   somebody decided this
 * @typedef {{kind: "done", payment: Payment | undefined} | {kind: "refused", code: string}
 *   | {kind: "closed"} | {kind: "unknown", retryAfterMs: number}} Sent `payment`: as the API has it
 *   now, if the answer tells
 * @typedef {{
 *   send: (action: Action, signal: AbortSignal) => Promise<Sent>,
 *   refresh: (payment: Payment) => Promise<Payment | undefined>,
 *   save: (action: Action) => void,
 *   remove: (action: Action) => void,
 *   after: (ms: number, act: () => void) => () => void,
 *   now: () => number,
 *   random: () => number,
 *   onDone: (payment: Payment) => void,
 *   onDropped: (action: Action, payment: Payment | undefined, code: string) => void,
 *   onClosed: () => void,
 * }} OutboxPorts `refresh`: the payment as the API has it; `onDropped`: it will not be, and what the
 *   payment is instead
 */

export class Outbox {
  /**
   * @param {Action[]} actions kept on the device, in order
   * @param {OutboxPorts} ports
   */
  constructor(actions, ports) {
    this.actions = actions;
    this.ports = ports;
    this.isSending = false;
    this.isStopped = false;
    this.givenUpAt = actions.some(({ unanswered }) => unanswered) ? ports.now() : -Infinity;
    this.failures = 0;
    this.cancel = () => {};
  }

  /** @param {Action} action */
  add(action) {
    this.actions.push(action);
    this.ports.save(action);
    this.send();
  }

  /**
   * The payment as this till has it: with what was done here and the API may not know.
   *
   * @param {Payment} payment
   * @returns {Payment}
   */
  withActions(payment) {
    const events = payment.events.slice();
    for (const { payment: { payment_id }, n, status, why = "", at } of this.actions) {
      if (payment_id === payment.payment_id && n === events.length + 1) {
        events.push({ status, why, by: "", recorded_at: at });
      }
    }
    return events.length > payment.events.length ? { ...payment, events } : payment;
  }

  /** Whether anything of this payment is on its way. @param {string} paymentId */
  isPending(paymentId) {
    return this.actions.some(({ payment }) => payment.payment_id === paymentId);
  }

  /** Don't wait for the next attempt. */
  async send() {
    if (this.isSending || this.isStopped) return;
    this.isSending = true;
    this.cancel();
    while (this.actions.length && !this.isStopped && (await this.sendFirst(this.actions[0])));
    this.isSending = false;
  }

  stop() {
    this.isStopped = true;
    this.cancel();
  }

  /** @param {Action} action @returns {Promise<boolean>} whether to go on with the next one at once */
  async sendFirst(action) {
    const { ports } = this;
    const isRetried = action.unanswered;
    action.unanswered = true; // until it is answered, also if the page is closed meanwhile
    ports.save(action);
    const abort = new AbortController();
    const cancel = ports.after(LONGEST_ANSWER_MS, () => abort.abort());
    const sentAt = ports.now();
    let sent = await ports.send(action, abort.signal);
    cancel();
    if (this.isStopped) return false;
    if (sent.kind === "closed") {
      this.stop();
      ports.onClosed();
      return false;
    }
    // An earlier attempt that may still be on its way can be recorded yet, whatever this one was told.
    const mayOvertake = isRetried && sentAt - this.givenUpAt < LONGEST_ANSWER_MS;
    if (sent.kind === "refused" && mayOvertake && !/conflict/.test(sent.code)) {
      sent = { kind: "unknown", retryAfterMs: LONGEST_ANSWER_MS };
    } else if (sent.kind === "unknown") this.givenUpAt = ports.now();
    const payment = sent.kind === "refused" ? await ports.refresh(action.payment) : undefined;
    const isUnread = sent.kind === "refused" && !payment && action.n > 0 && sent.code !== "unknown-payment";
    if (sent.kind === "unknown" || isUnread) {
      const retryAfterMs = sent.kind === "unknown" ? sent.retryAfterMs : 0;
      this.cancel = ports.after(retryMs(++this.failures, retryAfterMs, ports.random()), () => this.send());
      return false;
    }
    this.failures = 0;
    if (sent.kind === "done") {
      const known = sent.payment || action.payment;
      this.remove(action);
      this.rebase(known);
      ports.onDone(known);
    } else this.settle(action, payment, sent.code);
    return true;
  }

  /**
   * Somebody else was quicker, or the API will not have it. What still means the same is sent with the
   * next number, and what is so already, by whomever, is done. Else it is dropped. Whatever was built
   * on it goes, too: taking back one's own confirmation must not take back somebody else's.
   *
   * @param {Action} action
   * @param {Payment | undefined} payment
   * @param {string} code
   */
  settle(action, payment, code) {
    const status = payment && statusOf(payment);
    if (payment && status && action.n && seenAs(payment) === action.seen && mayBecome(status, action.status)) {
      this.rebase(payment);
      return;
    }
    const isSo = action.n > 0 && status === action.status;
    const all = this.actions.filter((one) => one.payment.payment_id === action.payment.payment_id);
    for (const one of all) this.remove(one);
    if (payment) this.ports.onDone(payment);
    const dropped = isSo ? all[1] : action;
    if (dropped) this.ports.onDropped(dropped, payment, code);
  }

  /** What else was done to this payment builds on its events. @param {Payment} payment */
  rebase(payment) {
    const later = this.actions.filter((one) => one.payment.payment_id === payment.payment_id);
    later.forEach((one, place) => {
      if (place === 0) one.seen = seenAs(payment);
      if (one.n !== payment.events.length + 1 + place) one.unanswered = false; // that number is another's
      one.n = payment.events.length + 1 + place;
      one.payment = payment;
      this.ports.save(one);
    });
  }

  /** @param {Action} action */
  remove(action) {
    this.actions = this.actions.filter((one) => one !== action);
    this.ports.remove(action);
  }
}

/** What somebody sees who decides about a payment: the event it stands by. @param {Payment} payment */
export function seenAs({ events }) {
  const last = lastStanding(events);
  return last ? `${last.status} ${last.recorded_at} ${last.by}` : "claimed";
}
