// Sends one payment until there is a definite answer, or the payer stops it. The id stays the same
// whatever happens: only a refusal because of the phone's clock mints a new one, and only if no
// earlier attempt went unanswered.
//
// An attempt without an answer may still be on its way: held up in a network, or between the API's
// look at the payee and its write. A refusal that comes meanwhile is not the last word, since the
// payee may have closed in between, and the earlier attempt may still be recorded. It is asked
// again once the API must have ended with that one.

/** The longest that the API works on a request, milliseconds: its Lambda is stopped after 12 s. */
export const LONGEST_ANSWER_MS = 15_000;

/**
 * @typedef {import("./device.js").Pending} Pending
 * @typedef {import("./sending.js").Answer} Answer
 * @typedef {Exclude<Answer, {kind: "unknown"}>} Definite
 * @typedef {{
 *   send: (pending: Pending, signal: AbortSignal) => Promise<Answer>,
 *   save: (pending: Pending) => boolean,
 *   remove: (pending: Pending) => void,
 *   newId: (ms: number) => string,
 *   random: () => number,
 *   now: () => number,
 *   onProgress: (progress: {stored: boolean, unanswered: boolean}) => void,
 * }} Ports
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
  }

  /** @returns {Promise<Definite | {kind: "stopped"}>} */
  async run() {
    const { pending, ports } = this;
    let minted = false;
    let givenUpAt = pending.unanswered ? ports.now() : -Infinity; // in the tab's former life, or another tab
    pending.stopped = false;
    for (let attempt = 0; !pending.stopped; attempt++) {
      const retried = pending.unanswered;
      pending.unanswered = true; // until this attempt is answered, also if the tab dies meanwhile
      const stored = ports.save(pending);
      ports.onProgress({ stored, unanswered: retried });
      const sentAt = ports.now();
      const answer = await this.attempt(attempt);
      if (answer.kind === "unknown") givenUpAt = ports.now();
      if (isDefinite(answer, sentAt - givenUpAt)) {
        ports.remove(pending);
        const now = answer.kind === "refused" && answer.problem.code === "clock-skew" && Date.parse(answer.problem.now);
        if (!now || retried || minted) return answer;
        minted = true;
        pending.payment_id = ports.newId(now);
        pending.unanswered = false;
      } else if (!pending.stopped) {
        ports.onProgress({ stored, unanswered: true });
        const waitMs = answer.kind === "unknown" ? answer.retryAfterMs : givenUpAt + LONGEST_ANSWER_MS - ports.now();
        await this.sleep(Math.max(waitMs, backoffMs(attempt, ports.random())));
      }
    }
    ports.save(pending);
    return { kind: "stopped" };
  }

  /** @param {number} attempt */
  async attempt(attempt) {
    this.abort = new AbortController();
    const timer = setTimeout(() => this.abort.abort(), Math.min(60_000, 15_000 * 2 ** attempt));
    try {
      return await this.ports.send(this.pending, this.abort.signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Don't wait any longer for the next attempt. */
  tryNow() {
    this.wake();
  }

  stop() {
    this.pending.stopped = true;
    this.abort.abort();
    this.wake();
  }

  /** @param {number} ms */
  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
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
  return Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2);
}
