// One payee's till: what it knows, what was done at it, and the asking for more. Knows no screen, no
// network, no clock: all are ports, so that a month can be tried in a second.

import { KnownPayments } from "./known.js";
import { Outbox, seenAs } from "./outbox.js";
import { mintedAt } from "./states.js";
import { Watch } from "./watch.js";

/**
 * @typedef {import("./states.js").Payment} Payment
 * @typedef {import("./known.js").News} News
 * @typedef {import("./outbox.js").Action} Action
 * @typedef {import("./known.js").Kept & {clockOff: number}} KeptTill `clockOff`: how far the server's
 *   clock is ahead of the wall clock
 * @typedef {{
 *   payeeId: string,
 *   kept: () => KeptTill | undefined,
 *   keep: (kept: KeptTill) => void,
 *   actions: () => Action[],
 *   saveAction: (action: Action) => void,
 *   removeAction: (action: Action) => void,
 *   look: import("./watch.js").WatchPorts["look"],
 *   send: import("./outbox.js").OutboxPorts["send"],
 *   after: (ms: number, act: () => void) => () => void,
 *   now: () => number,
 *   wallClock: () => number,
 *   random: () => number,
 *   newId: (ms: number) => string,
 *   newKey: () => string,
 *   onNews: (news: News[]) => void,
 *   onChange: () => void,
 *   onDropped: import("./outbox.js").OutboxPorts["onDropped"],
 *   onClosed: (unsent: number) => void,
 * }} TillPorts `now` never jumps, `wallClock` may be wrong; `unsent`: what was done and did not arrive;
 *   `newKey`: a name of its own for something done
 */

export class Till {
  /** @param {TillPorts} ports */
  constructor(ports) {
    const { after, now, random } = ports;
    this.ports = ports;
    /** What the API calls this till; "" until the first event tells. */
    this.label = "";
    /** Another one whenever there is something else to show. */
    this.version = 0;
    const close = () => {
      this.stop();
      ports.onClosed(this.outbox.actions.length);
    };
    this.outbox = new Outbox(ports.actions(), {
      after, now, random, send: (action, signal) => this.send(action, signal),
      save: ports.saveAction,
      remove: ports.removeAction,
      refresh: (payment) => this.refresh(payment),
      onDone: (payment) => {
        this.version++;
        this.learn([payment]);
      },
      onDropped: (action, payment, code) => {
        if (!payment && action.n === 0) this.known.payments.delete(action.payment.payment_id);
        this.keep();
        this.version++;
        ports.onDropped(action, payment, code);
        ports.onChange();
      },
      onClosed: close,
    });
    const kept = ports.kept();
    this.clockOff = kept ? kept.clockOff : 0;
    this.known = new KnownPayments(kept, (payment) => this.outbox.withActions(payment));
    this.watch = new Watch({
      after, now, random, look: ports.look,
      onListed: (payments) => this.learn(payments),
      onState: ports.onChange,
      onClosed: close,
    });
  }

  /** The server's clock: before the first answer, as far off this device's as it was last time. */
  get clock() {
    const server = this.watch.serverNow;
    return isNaN(server) ? this.ports.wallClock() + this.clockOff : server;
  }

  start() {
    this.watch.start();
    this.outbox.send();
  }

  stop() {
    this.watch.stop();
    this.outbox.stop();
  }

  /** @param {Payment[]} documents @returns {boolean} whether anything was new */
  learn(documents) {
    const { news, changed } = this.known.merge(documents, this.clock);
    if (changed) {
      this.version++;
      this.keep();
    }
    if (news.length) this.ports.onNews(news);
    this.ports.onChange();
    return changed;
  }

  keep() {
    const server = this.watch.serverNow;
    if (!isNaN(server)) this.clockOff = server - this.ports.wallClock();
    this.ports.keep({ ...this.known.kept(server), clockOff: this.clockOff });
  }

  /**
   * Say what became of a payment: at once here, and to the API as soon as it hears.
   *
   * @param {Payment} payment
   * @param {"confirmed" | "reversed" | "undone"} status
   * @param {string} [why]
   */
  act(payment, status, why) {
    const now = this.known.find(payment.payment_id) || payment;
    this.add(now, now.events.length + 1, status, why);
    const shown = this.known.find(payment.payment_id);
    if (shown) this.known.hear(shown);
    this.keep();
    this.watch.happened();
    this.version++;
    this.ports.onChange();
  }

  /**
   * @param {Action} action
   * @param {AbortSignal} signal
   */
  async send(action, signal) {
    const sent = await this.ports.send(action, signal);
    if (sent.kind === "done" && sent.payment && action.n) this.label = sent.payment.events[action.n - 1].by;
    return sent;
  }

  /**
   * Cash in hand is the payee's own word: the payment and that it came.
   *
   * @param {{amount: string, currency: string, reason: string, payment_id?: string}} cash with the id
   *   of the request that it answers, if any
   * @returns {Payment}
   */
  takeCash({ amount, currency, reason, payment_id = this.ports.newId(this.clock) }) {
    const recorded_at = new Date(this.clock).toISOString();
    const payment = {
      payee_id: this.ports.payeeId, payment_id, payer_id: "cash", amount, currency, reason,
      method: "cash", bank_reference: null, recorded_at, events: [],
    };
    this.known.payments.set(payment_id, payment);
    this.add(payment, 0, "");
    this.act(payment, "confirmed", "cash in hand");
    return payment;
  }

  /**
   * @param {Payment} payment
   * @param {number} n
   * @param {string} status
   * @param {string} [why]
   */
  add(payment, n, status, why) {
    const { ports } = this;
    const key = ports.newKey();
    const at = new Date(this.clock).toISOString();
    const recorded = this.known.payments.get(payment.payment_id) || payment;
    this.outbox.add({ key, payment: recorded, n, status, why, at, seen: seenAs(payment), unanswered: false });
  }

  /** @param {Payment} payment @returns {Promise<Payment | undefined>} as the API has it */
  async refresh({ payment_id }) {
    const since = mintedAt(payment_id);
    const until = new Date(since + 1).toISOString();
    const looked = await this.ports.look({ since, until, limit: 200 }, new AbortController().signal);
    return looked.kind === "listed" ? looked.payments.find((one) => one.payment_id === payment_id) : undefined;
  }
}
