// A till's requests, and what their answers mean. Only the API's own word counts: anything else, such
// as a captive portal's page, is no answer.

import { bodyHash, FETCH, readRetryAfter } from "../sending.js";

const ID = /^[0-9A-Z]{26}$/;
const REFUSED = /^(event|payment|payee|unknown|clock|invalid|malformed|body|unsupported)-/; // the rest says nothing of what was sent

/**
 * @typedef {import("./watch.js").Looked} Looked
 * @typedef {import("./outbox.js").Sent} Sent
 * @typedef {import("./outbox.js").Action} Action
 * @typedef {{status: number, type: string, document: any, retryAfterMs: number}} ApiAnswer `status` 0: none
 */

/**
 * @param {string} api
 * @param {import("./keys.js").TillKey} key
 * @returns {import("./watch.js").WatchPorts["look"]}
 */
export function lookWith(api, { payee_id, key }) {
  return async ({ since, until, limit }, signal) => {
    const query = new URLSearchParams({ limit: String(limit) });
    if (since !== undefined) query.set("since", new Date(since).toISOString());
    if (until) query.set("until", until);
    const headers = { "Till-Key": key };
    return readListed(await fetchJson(`${api}/payees/${payee_id}/payments?${query}`, { headers, signal }));
  };
}

/**
 * @param {string} api
 * @param {import("./keys.js").TillKey} key
 * @returns {import("./outbox.js").OutboxPorts["send"]}
 */
export function sendWith(api, { payee_id, key }) {
  return async (action, signal) => {
    const { payment, n, status, why } = action;
    const { payment_id, payer_id, amount, currency, reason, method } = payment;
    const url = `${api}/payees/${payee_id}/payments/${payment_id}${n ? `/events/${n}` : ""}`;
    const body = JSON.stringify(n ? { status, why } : { payer_id, amount, currency, reason, method });
    try {
      const headers = /** @type {Record<string, string>} */ ({ "Content-Type": "application/json", ...(await bodyHash(url, body)) });
      if (n) headers["Till-Key"] = key;
      return readSent(await fetchJson(url, { method: "PUT", headers, body, signal }), action);
    } catch {
      return { kind: "unknown", retryAfterMs: 0 };
    }
  };
}

/** @param {ApiAnswer} answer @returns {Looked} */
export function readListed({ status, type, document, retryAfterMs }) {
  const now = Date.parse(document && document.now);
  const isList = status === 200 && now && Array.isArray(document.payments) && document.payments.every(isPayment);
  if (isList) return { kind: "listed", payments: document.payments, next: document.next, now };
  return isClosed(status, type, document) ? { kind: "closed" } : { kind: "unknown", retryAfterMs };
}

/** @param {ApiAnswer} answer @param {Action} action @returns {Sent} */
export function readSent({ status, type, document, retryAfterMs }, { payment, n }) {
  const isAbout = (status === 200 || status === 201) && document && document.payment_id === payment.payment_id;
  if (isAbout && n === 0) return { kind: "done", payment: { ...payment, recorded_at: document.recorded_at } };
  if (isAbout && document.n === n) {
    // What stood before this event, this till has seen: it could not have had its number else.
    return { kind: "done", payment: { ...payment, events: payment.events.slice(0, n - 1).concat(document.event) } };
  }
  if (isClosed(status, type, document)) return { kind: "closed" };
  const isRefused = status >= 400 && type.startsWith("application/problem+json") && REFUSED.test(document && document.code);
  return isRefused ? { kind: "refused", code: document.code } : { kind: "unknown", retryAfterMs };
}

/** @param {number} status @param {string} type @param {any} document */
function isClosed(status, type, document) {
  return status === 401 && type.startsWith("application/problem+json") && Boolean(document) && document.code === "till-key";
}

/** @param {any} one @returns {boolean} */
function isPayment(one) {
  return Boolean(one) && ID.test(one.payment_id) && Array.isArray(one.events) && Boolean(Date.parse(one.recorded_at));
}

/** @param {string} url @param {RequestInit} init @returns {Promise<ApiAnswer>} */
async function fetchJson(url, init) {
  let retryAfterMs = 0;
  try {
    const response = await fetch(url, { ...init, ...FETCH });
    retryAfterMs = readRetryAfter(response.headers.get("Retry-After") || "", Date.now());
    const type = response.headers.get("Content-Type") || "";
    return { status: response.status, type, document: await response.json(), retryAfterMs };
  } catch {
    return { status: 0, type: "", document: undefined, retryAfterMs };
  }
}
