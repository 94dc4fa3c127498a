// How often a till asks, and how far back each time. Asking is what a till costs: a stall is quiet for
// most of a day, and customers come in groups.

import { DAY_MS } from "../device.js";

/** The longest that the API works on a request: its Lambda is stopped after 12 s. */
export const LONGEST_ANSWER_MS = 15_000;
const BUSY_PAUSE_MS = 2_000;
const QUIET_PAUSE_MS = 15_000;
/** Who comes within this time of the one before is told of as soon. */
const BUSY_MS = 15_000;
const MINUTE_MS = 60_000;

/**
 * A payment is listed by when its id was minted. Most arrive at once; of phones with a wrong clock or
 * without a network some come later, the later the fewer. So the further back a look reaches, the
 * less often it is due; it stands in for all that reach less far.
 */
export const LOOKS = [
  { reachMs: 15 * MINUTE_MS, everyMs: 0 },
  { reachMs: 120 * MINUTE_MS, everyMs: MINUTE_MS },
  { reachMs: 3 * DAY_MS, everyMs: 5 * MINUTE_MS },
  { reachMs: 31 * DAY_MS, everyMs: 120 * MINUTE_MS },
];

/**
 * @param {number} quietMs since something happened; below 0 while something is expected
 * @param {number} random 0 up to 1
 * @returns {number} how long to wait before asking again: 2 s for a quarter of a minute, growing to 15 s in the next
 *   half; a tenth more or less, so that tills don't ask in step
 */
export function pauseMs(quietMs, random) {
  const pause = BUSY_PAUSE_MS + Math.max(0, quietMs - BUSY_MS) / 2;
  return Math.min(QUIET_PAUSE_MS, pause) * (0.9 + random / 5);
}

/**
 * @param {number} failures in a row, 1 for the first
 * @param {number} retryAfterMs what the API asked for
 * @param {number} random
 */
export function retryMs(failures, retryAfterMs, random) {
  const pause = Math.min(QUIET_PAUSE_MS, BUSY_PAUSE_MS * Math.pow(2, failures - 1));
  return Math.max(retryAfterMs, pause * (0.9 + random / 5));
}

/**
 * @param {number[]} lookedAt when each of LOOKS was last done; -Infinity for never
 * @param {number} now
 * @returns {number} which one is due
 */
export function dueLook(lookedAt, now) {
  let due = 0;
  LOOKS.forEach(({ everyMs }, place) => {
    if (now - lookedAt[place] >= everyMs) due = place;
  });
  return due;
}
