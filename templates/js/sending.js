// Sends one payment and reads the answer. Only a definite answer counts: the API's own word that
// this very payment is recorded, or its problem document with a code that says it will not be.
// A captive portal's page, a gateway's bare error, a lost connection: keep trying, same id.

const TIMEOUT_MS = 15_000;
const REFUSALS = new Set([
  "malformed-json", "unknown-payee", "payee-closed", "payment-conflict", "body-too-large",
  "unsupported-media-type", "invalid-fields", "clock-skew",
]);

/**
 * @typedef {import("./outbox.js").Pending} Pending
 * @typedef {{kind: "recorded", payment: any}
 *   | {kind: "refused", problem: any}
 *   | {kind: "unknown", retryAfterMs: number}} Answer
 */

/**
 * @param {string} url the payment's own address
 * @param {Pending} pending
 * @param {AbortController} abort ends the wait for an answer
 * @returns {Promise<Answer>}
 */
export async function sendPayment(url, pending, abort) {
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  const body = JSON.stringify(pending.fields);
  try {
    const response = await fetch(url, {
      method: "PUT",
      headers: { "Content-Type": "application/json", ...(await bodyHash(url, body)) },
      body,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: abort.signal,
    });
    const type = response.headers.get("Content-Type") ?? "";
    const retryAfterMs = 1000 * (Number(response.headers.get("Retry-After")) || 0);
    return readAnswer(response.status, type, await response.json(), pending, retryAfterMs);
  } catch {
    return { kind: "unknown", retryAfterMs: 0 };
  } finally {
    clearTimeout(timer);
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
async function bodyHash(url, body) {
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
 * @param {number} retryAfterMs
 * @returns {Answer}
 */
export function readAnswer(status, type, document, pending, retryAfterMs) {
  if ((status === 200 || status === 201) && repeats(document, pending)) {
    return { kind: "recorded", payment: document };
  }
  if (type.startsWith("application/problem+json") && REFUSALS.has(document?.code)) {
    return { kind: "refused", problem: document };
  }
  return { kind: "unknown", retryAfterMs };
}

/**
 * @param {number} attempt 0 for the first wait
 * @param {number} random 0 up to 1
 * @returns {number} milliseconds: doubling from 1 s to 30 s, with half of it jitter
 */
export function backoffMs(attempt, random) {
  return Math.min(30_000, 1000 * 2 ** attempt) * (0.5 + random / 2);
}

/**
 * @param {any} document
 * @param {Pending} pending
 */
function repeats(document, pending) {
  return (
    document?.payment_id === pending.payment_id &&
    Object.entries(pending.fields).every(([name, value]) => document[name] === value)
  );
}
