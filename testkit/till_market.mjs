// A market in virtual time: an API that keeps its contract, networks that fail, tills that are hidden,
// reloaded and used. Nothing here sleeps.

import { mintPaymentId } from "../templates/js/payment_id.js";
import { mayBecome, mintedAt, statusOf } from "../templates/js/till/states.js";
import { Till } from "../templates/js/till/till.js";

/** Repeatable chance (mulberry32). @param {number} seed */
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time that passes from one thing to the next. */
export class VirtualTime {
  constructor() {
    this.now = 0;
    this.count = 0;
    this.due = /** @type {{at: number, order: number, act: () => void}[]} */ ([]);
  }

  /** @param {number} ms @param {() => void} act */
  after(ms, act) {
    const one = { at: this.now + Math.max(0, ms), order: this.count++, act };
    let low = 0;
    let high = this.due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.due[middle];
      if (other.at > one.at || (other.at === one.at && other.order > one.order)) low = middle + 1;
      else high = middle;
    }
    this.due.splice(low, 0, one);
    return () => {
      const place = this.due.indexOf(one);
      if (place >= 0) this.due.splice(place, 1);
    };
  }

  /** @param {number} ms */
  async pass(ms) {
    const end = this.now + ms;
    for (let next = this.due.at(-1); next && next.at <= end; next = this.due.at(-1)) {
      this.due.pop();
      this.now = next.at;
      next.act();
      await new Promise(setImmediate);
    }
    this.now = end;
  }
}

/** The API of one payee, as docs/api.md tells it. */
export class MarketApi {
  /** @param {VirtualTime} time @param {number} epoch the server's clock at the beginning */
  constructor(time, epoch) {
    this.time = time;
    this.epoch = epoch;
    this.payments = new Map();
    this.ids = /** @type {string[]} */ ([]); // the newest first
    this.requests = 0;
    this.listed = /** @type {{reachMs: number, payments: number}[]} */ ([]);
    this.isRevoked = false;
  }

  get now() {
    return this.epoch + this.time.now;
  }

  /** @param {any} fields */
  record(fields) {
    const { payment_id } = fields;
    if (!this.payments.has(payment_id)) {
      const recorded_at = new Date(this.now).toISOString();
      this.ids.push(payment_id);
      this.ids.sort().reverse();
      this.payments.set(payment_id, { payee_id: "m", method: null, bank_reference: null, reason: "", currency: "INR", ...fields, recorded_at, events: [] });
    }
    return this.payments.get(payment_id);
  }

  /** @param {string} payment_id @param {number} n @param {string} status @param {string} by @param {string} why */
  note(payment_id, n, status, by, why) {
    const payment = this.payments.get(payment_id);
    if (!payment) return { kind: "refused", code: "unknown-payment" };
    const standing = payment.events[n - 1];
    if (standing) {
      const isSame = standing.status === status && standing.by === by && standing.why === why;
      return isSame ? { kind: "done", payment: structuredClone(payment) } : { kind: "refused", code: "event-conflict" };
    }
    if (n !== payment.events.length + 1 || !mayBecome(statusOf(payment), status)) return { kind: "refused", code: "event-refused" };
    const event = { status, by, why, recorded_at: new Date(this.now).toISOString() };
    this.payments.set(payment_id, { ...payment, events: [...payment.events, event] });
    return { kind: "done", payment: structuredClone(this.payments.get(payment_id)) };
  }

  /** @param {{since?: number, until?: string, limit: number}} query */
  list({ since = this.now - 86_400_000, until, limit }) {
    this.requests++;
    const isId = Boolean(until) && /^[0-9A-Z]{26}$/.test(until ?? "");
    const end = isId ? Infinity : until ? Date.parse(until) : Math.min(this.now + 86_400_000, since + 31 * 86_400_000);
    const first = mintPaymentId(Math.max(since, 0), new Uint8Array(16));
    const last = isId ? until ?? "" : mintPaymentId(end, new Uint8Array(16));
    const found = this.ids.filter((id) => id >= first && id < last);
    const payments = structuredClone(found.slice(0, limit).map((id) => this.payments.get(id)));
    this.listed.push({ reachMs: this.now - since, payments: payments.length });
    return { kind: "listed", payments, next: found.length > limit ? payments[limit - 1].payment_id : null, now: this.now };
  }
}

/**
 * A phone with a till on it.
 *
 * @param {MarketApi} api
 * @param {{label: string, random: () => number, network?: () => {isUp: boolean, ms: number, arrives: boolean, returns: boolean}, clockOff?: number}} options
 *   `network` tells the fate of one request
 */
export function phone(api, { label, random, network = () => ({ isUp: true, ms: 100, arrives: true, returns: true }), clockOff = 0 }) {
  const { time } = api;
  const storage = { kept: "", actions: new Map() };
  const heard = /** @type {{kind: string, payment_id: string, at: number}[]} */ ([]);
  const dropped = /** @type {string[]} */ ([]);
  const done = { closed: false };
  const onNews = { act: (/** @type {any} */ _payment) => {} };

  let life = 0; // what was asked in an earlier one, nobody hears the answer of

  /** @param {() => any} serve @param {AbortSignal} signal @returns {Promise<any>} */
  const ask = (serve, signal) => new Promise((hear) => {
    const asked = life;
    const resolve = (/** @type {any} */ answer) => void (asked === life && hear(answer));
    const fate = network();
    const unknown = { kind: "unknown", retryAfterMs: 0 };
    const cancel = fate.isUp ? time.after(fate.ms, () => {
      const answer = fate.arrives ? (api.isRevoked ? { kind: "closed" } : serve()) : unknown;
      time.after(fate.ms, () => resolve(fate.returns ? answer : unknown));
    }) : time.after(50, () => resolve(unknown));
    signal.addEventListener("abort", () => {
      if (random() < 0.5) cancel();
      resolve(unknown);
    });
  });

  const open = () => new Till({
    payeeId: "m",
    kept: () => (storage.kept ? JSON.parse(storage.kept) : undefined),
    keep: (kept) => void (storage.kept = JSON.stringify(kept)),
    actions: () => Array.from(storage.actions.values(), (text) => JSON.parse(text)).sort((a, b) => a.n - b.n),
    saveAction: (action) => void storage.actions.set(action.key, JSON.stringify(action)),
    removeAction: (action) => void storage.actions.delete(action.key),
    look: (query, signal) => ask(() => api.list(query), signal),
    send: ({ payment, n, status, why }, signal) => ask(() => {
      if (n) return api.note(payment.payment_id, n, status, label, why ?? "");
      const standing = api.payments.get(payment.payment_id);
      if (standing && standing.payer_id !== payment.payer_id) return { kind: "refused", code: "payment-conflict" };
      const off = mintedAt(payment.payment_id) - api.now;
      if (!standing && (off > 86_400_000 || off < -31 * 86_400_000)) return { kind: "refused", code: "clock-skew" };
      return { kind: "done", payment: structuredClone(api.record({ ...payment })) };
    }, signal),
    after: (ms, act) => time.after(ms, act),
    now: () => time.now,
    wallClock: () => api.now + clockOff,
    random,
    newId: (ms) => mintPaymentId(ms, Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256))),
    newKey: () => `${api.now}-${random()}`,
    onNews: (news) => {
      for (const { kind, payment } of news) {
        heard.push({ kind, payment_id: payment.payment_id, at: time.now });
        onNews.act(payment);
      }
    },
    onChange: () => {},
    onDropped: (action) => void dropped.push(action.why ?? ""),
    onClosed: () => void (done.closed = true),
  });
  const self = { label, cash: new Set(), heard, dropped, done, onNews, storage, till: open(), reload: () => {
    self.till.stop();
    life++;
    self.till = open();
    self.till.start();
  } };
  return self;
}
