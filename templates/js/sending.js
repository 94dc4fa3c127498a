// Sends one payment and reads the answer. Only a definite answer counts: the API's own word that
// this very payment is recorded, or its problem document with a code that says it will not be.
// A captive portal's page, a gateway's bare error, a lost connection: keep trying, same id.

/** No answer but the API's own, and nothing of the payer's besides what is sent. */
export const FETCH = /** @type {RequestInit} */ ({ cache: "no-store", credentials: "omit", redirect: "error" });
const REFUSALS = new Set([
  "malformed-json", "unknown-payee", "payee-closed", "payment-conflict", "body-too-large",
  "unsupported-media-type", "invalid-fields", "clock-skew",
]);

/**
 * @typedef {import("./kept.js").Pending} Pending
 * @typedef {{kind: "recorded", payment: any, serverTime: number}
 *   | {kind: "refused", problem: any}
 *   | {kind: "unknown", retryAfterMs: number}} Answer `serverTime`: NaN if it is not known
 */

/** The payment's own address. @param {{payee_id: string, payment_id: string}} payment */
export function paymentUrl({ payee_id, payment_id }) {
  return `${/** @type {HTMLElement} */ (document.getElementById("form")).dataset.api}/payees/${payee_id}/payments/${payment_id}`;
}

/**
 * @param {Pending} pending
 * @param {AbortSignal} signal ends the wait for an answer
 * @returns {Promise<Answer>}
 */
export async function sendPayment(pending, signal) {
  const url = paymentUrl(pending);
  const body = JSON.stringify(pending.fields);
  let retryAfterMs = 0;
  try {
    const headers = { "Content-Type": "application/json", ...(await bodyHash(url, body)) };
    const response = await fetch(url, { method: "PUT", headers, body, signal, ...FETCH });
    retryAfterMs = readRetryAfter(response.headers.get("Retry-After") || "", Date.now());
    const type = response.headers.get("Content-Type") || "";
    const answer = readAnswer(response.status, type, await response.json(), pending);
    if (answer.kind === "recorded") answer.serverTime = Date.parse(response.headers.get("Date") || "");
    return answer.kind === "unknown" ? { ...answer, retryAfterMs } : answer;
  } catch {
    return { kind: "unknown", retryAfterMs };
  }
}

/**
 * CloudFront signs what it passes on to a Lambda function URL, but leaves the body's hash to us.
 * Plain http has no crypto.subtle, and no such API; other origins have not allowed the header.
 *
 * @param {string} url
 * @param {string} body
 * @returns {Promise<Record<string, string>>}
 */
export async function bodyHash(url, body) {
  if (!url.startsWith("/") || !crypto.subtle) return {};
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { "x-amz-content-sha256": hex };
}

/**
 * @param {number} status
 * @param {string} type
 * @param {any} document
 * @param {Pending} pending
 * @returns {Answer}
 */
export function readAnswer(status, type, document, pending) {
  if ((status === 200 || status === 201) && repeats(document, pending)) {
    return { kind: "recorded", payment: document, serverTime: NaN };
  }
  if (status >= 400 && type.startsWith("application/problem+json") && REFUSALS.has(document && document.code)) {
    return { kind: "refused", problem: document };
  }
  return { kind: "unknown", retryAfterMs: 0 };
}

/**
 * @param {string} header seconds or a date (RFC 9110, section 10.2.3)
 * @param {number} now
 * @returns {number} milliseconds, at most five minutes: anybody between here and the API may say it
 */
export function readRetryAfter(header, now) {
  const wait = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - now;
  return Math.min(Math.max(wait || 0, 0), 300000);
}

/**
 * Whether it tells of this very payment. Names and reasons are erased one day, also from a payment
 * whose device did not get its answer yet.
 *
 * @param {any} document
 * @param {Pending} pending
 */
function repeats(document, pending) {
  return (
    document && document.payment_id === pending.payment_id &&
    Object.entries(pending.fields).every(([name, value]) => [value, "erased"].includes(document[name]))
  );
}
