// Asks the API for news while somebody looks. Knows no screen and no network: both are its ports.

import { dueLook, LONGEST_ANSWER_MS, LOOKS, pauseMs, retryMs } from "./pace.js";

const BLIND_AFTER = 2; // failures in a row: one alone is a network's hiccup
const MOST_PAGES = 40; // of 200 payments each

/**
 * @typedef {{kind: "listed", payments: any[], next: string | null, now: number}
 *   | {kind: "closed"} | {kind: "unknown", retryAfterMs: number}} Looked `closed`: the key opens nothing
 * @typedef {{
 *   look: (query: {since?: number, until?: string, limit: number}, signal: AbortSignal) => Promise<Looked>,
 *   after: (ms: number, act: () => void) => () => void,
 *   now: () => number,
 *   random: () => number,
 *   onListed: (payments: any[], serverNow: number) => boolean,
 *   onState: () => void,
 *   onClosed: () => void,
 * }} WatchPorts `after` returns what calls it off; `now` never jumps; `onListed` says whether anything
 *   happened
 */

export class Watch {
  /** @param {WatchPorts} ports */
  constructor(ports) {
    this.ports = ports;
    this.lookedAt = LOOKS.map(() => -Infinity);
    this.failures = 0;
    /** The server's clock at the last whole answer, and our own then. */
    this.server = NaN;
    this.own = 0;
    this.quietSince = ports.now();
    this.running = false;
    this.round = 0; // one at a time: what an earlier one still brings is of use, but starts no next
    this.abort = new AbortController();
    this.cancel = () => {};
  }

  /** The server's clock now; NaN as long as it is not known. */
  get serverNow() {
    return this.server + this.ports.now() - this.own;
  }

  get isBlind() {
    return this.failures >= BLIND_AFTER;
  }

  /** Ask at once, and then again and again. */
  start() {
    this.running = true;
    this.round++;
    this.cancel();
    this.abort.abort();
    this.poll(this.round);
  }

  stop() {
    this.running = false;
    this.round++;
    this.cancel();
    this.abort.abort();
  }

  /**
   * Something happened, or is expected within this time: ask often.
   *
   * @param {number} [expectedMs]
   */
  happened(expectedMs = 0) {
    this.quietSince = Math.max(this.quietSince, this.ports.now() + expectedMs);
    if (this.running && expectedMs && !this.failures) this.start();
  }

  /** @param {number} round */
  async poll(round) {
    const { ports } = this;
    const startedAt = ports.now();
    const isFirst = isNaN(this.server); // then the API takes the last day, by its own clock
    const place = isFirst ? 0 : dueLook(this.lookedAt, startedAt);
    const looked = await this.look(place, round);
    if (looked.kind === "closed") {
      if (!this.running) return;
      this.stop();
      return ports.onClosed();
    }
    if (looked.kind === "listed") for (let i = 0; i <= place; i++) this.lookedAt[i] = startedAt;
    if (round !== this.round) return;
    this.failures = looked.kind === "listed" ? 0 : this.failures + 1;
    ports.onState();
    const pause = looked.kind === "unknown" ? retryMs(this.failures, looked.retryAfterMs, ports.random())
      : isFirst ? 0 : pauseMs(ports.now() - this.quietSince, ports.random());
    this.cancel = ports.after(pause, () => this.poll(round));
  }

  /**
   * All pages of one look. What each page brings counts at once.
   *
   * @param {number} place which of LOOKS
   * @param {number} round
   * @returns {Promise<Looked>}
   */
  async look(place, round) {
    const { ports } = this;
    const since = isNaN(this.server) ? undefined : this.serverNow - LOOKS[place].reachMs;
    let until = /** @type {string | undefined} */ (undefined);
    for (let page = 0; ; page++) {
      this.abort = new AbortController();
      const cancel = ports.after(LONGEST_ANSWER_MS, () => this.abort.abort());
      const looked = await ports.look({ since, until, limit: 200 }, this.abort.signal);
      cancel();
      if (looked.kind !== "listed") return looked;
      this.server = looked.now;
      this.own = ports.now();
      if (ports.onListed(looked.payments, looked.now)) this.happened();
      if (!looked.next || page === MOST_PAGES) return looked;
      if (round !== this.round) return { kind: "unknown", retryAfterMs: 0 };
      until = looked.next;
    }
  }
}
