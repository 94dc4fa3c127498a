// Sends one payment until there is a definite answer, or the payer stops it. The id stays the same
// whatever happens: only a refusal because of the phone's clock mints a new one, and only if no
// earlier attempt went unanswered.
//
// An attempt without an answer may still be on its way: held up in a network, or between the API's
// look at the payee and its write. A refusal that comes meanwhile is not the last word, since the
// payee may have closed in between, and the earlier attempt may still be recorded. It is asked
// again once the API must have ended with that one. An attempt that the payer cut short counts as one
// without an answer.

/** The longest that the API works on a request, milliseconds: its Lambda is stopped after 12 s. */
export const LONGEST_ANSWER_MS = 15000;

/** A request younger than this is not cut short, milliseconds: an answer may be about to come. */
const YOUNG_MS = 2000;

/**
 * @typedef {import("./kept.js").Pending} Pending
 * @typedef {import("./sending.js").Answer} Answer
 * @typedef {Exclude<Answer, {kind: "unknown"}>} Definite
 * @typedef {{
 *   send: (pending: Pending, signal: AbortSignal) => Promise<Answer>,
 *   save: (pending: Pending) => boolean,
 *   remove: (pending: Pending) => void,
 *   newId: (ms: number) => string,
 *   random: () => number,
 *   now: () => number,
 *   onProgress: (stored: boolean) => void,
 * }} Ports `now`: a clock that nobody sets
 */

export class Delivery {
  /**
   * @param {Pending} pending
   * @param {Ports} ports
   */
  constructor(pending, ports) {
    this.pending = pending;
    this.ports = ports;
    this.wake = () => {};
    this.abort = new AbortController();
    this.sentAt = 0;
    this.isAsleep = false;
    this.isHurried = false;
    this.isLeft = false;
  }

  /** @returns {Promise<Definite | {kind: "stopped" | "left"}>} */
  async run() {
    const { pending, ports } = this;
    let minted = false;
    let givenUpAt = pending.unanswered ? ports.now() : -Infinity; // in the tab's former life, or another tab
    pending.stopped = false;
    pending.since = pending.since || Date.now();
    pending.tries = pending.tries || Number(pending.unanswered);
    for (let attempt = 0; !pending.stopped && !this.isLeft; attempt++) {
      const retried = pending.unanswered;
      pending.unanswered = true; // until this attempt is answered, also if the tab dies meanwhile
      pending.tries++;
      pending.next = 0;
      ports.onProgress(ports.save(pending));
      this.sentAt = ports.now();
      const answer = await this.attempt(attempt);
      if (this.isLeft && answer.kind !== "recorded") break; // the other tab's attempt may be recorded
      if (answer.kind === "unknown") givenUpAt = ports.now();
      if (isDefinite(answer, this.sentAt - givenUpAt)) {
        ports.remove(pending);
        const now = answer.kind === "refused" && answer.problem.code === "clock-skew" && Date.parse(answer.problem.now);
        if (!now || retried || minted) return answer;
        minted = true;
        pending.payment_id = ports.newId(now);
        pending.unanswered = false;
        pending.tries = 0;
      } else if (!pending.stopped && !this.isLeft) {
        const waitMs = answer.kind === "unknown" ? answer.retryAfterMs : givenUpAt + LONGEST_ANSWER_MS - ports.now();
        await this.sleep(this.isHurried ? 0 : Math.max(waitMs, backoffMs(attempt, ports.random())));
        this.isHurried = false;
      }
    }
    if (this.isLeft) return { kind: "left" };
    ports.save(pending);
    return { kind: "stopped" };
  }

  /** @param {number} attempt */
  async attempt(attempt) {
    this.abort = new AbortController();
    const timer = setTimeout(() => this.abort.abort(), Math.min(60000, 15000 * 2 ** attempt));
    try {
      return await this.ports.send(this.pending, this.abort.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Don't wait any longer: neither for the next attempt nor for the answer to this one. */
  tryNow() {
    const { abort, ports, sentAt } = this;
    this.isHurried = !this.isAsleep;
    setTimeout(() => abort.abort(), sentAt + YOUNG_MS - ports.now());
    this.wake();
  }

  stop() {
    this.pending.stopped = true;
    this.end();
  }

  /** Another tab sends it now: what the device keeps of it is that tab's. */
  leave() {
    this.isLeft = true;
    this.end();
  }

  end() {
    this.abort.abort();
    this.wake();
  }

  /** @param {number} ms */
  async sleep(ms) {
    const { pending, ports } = this;
    pending.next = Date.now() + ms;
    ports.onProgress(ports.save(pending));
    this.isAsleep = true;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.isAsleep = false;
  }
}

/**
 * @param {Answer} answer
 * @param {number} sinceMs between the last unanswered attempt's end and the sending of this one
 * @returns {answer is Definite} whether it holds whatever becomes of earlier attempts. A conflict
 *   does at once: another payment stands under this id, for ever
 */
function isDefinite(answer, sinceMs) {
  if (answer.kind === "unknown") return false;
  return answer.kind === "recorded" || answer.problem.code === "payment-conflict" || sinceMs >= LONGEST_ANSWER_MS;
}

/**
 * @param {number} attempt 0 for the first wait
 * @param {number} random 0 up to 1
 * @returns {number} milliseconds: doubling from 1 s to 30 s, with half of it jitter
 */
export function backoffMs(attempt, random) {
  return Math.min(30000, 1000 * 2 ** attempt) * (0.5 + random / 2);
}
