// What became of a recorded payment: the payee may confirm or reverse it.

import { LONGEST_ANSWER_MS } from "./delivery.js";
import { FETCH, paymentUrl } from "./sending.js";

/**
 * @param {{payee_id: string, payment_id: string}} payment
 * @returns {Promise<string | undefined>} its status, if there is a definite answer
 */
export async function fetchStatus(payment) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LONGEST_ANSWER_MS);
  try {
    const response = await fetch(paymentUrl(payment), { signal: abort.signal, ...FETCH });
    const { payment_id, status } = await response.json();
    const known = response.ok && payment_id === payment.payment_id;
    return known && /^(claimed|confirmed|reversed)$/.test(status) ? status : undefined;
  } catch {
    // Then it stays what it was.
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Ask again and again, politely: after 2 s, 4 s and so on, then every minute, and only while somebody
 * looks.
 *
 * @param {() => Promise<void>} act
 * @param {() => boolean} isWatched
 * @returns {() => void} stops it
 */
export function repeatPolitely(act, isWatched) {
  let stopped = false;
  const wait = async (/** @type {number} */ ms) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (stopped) return;
    if (isWatched()) await act();
    wait(Math.min(2 * ms, 60000));
  };
  wait(2000);
  return () => {
    stopped = true;
  };
}
