// The keys of tills: in the link that opens one, and on this phone. Pure, but for the device.

import { keep, loadKept } from "./keeping.js";

const LINK = /^#([a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)\.([0-9A-Za-z -]{32,64})$/;

/** @typedef {{payee_id: string, key: string}} TillKey */

/** @param {string} fragment of the link, with its # @returns {TillKey | undefined} */
export function parseTillLink(fragment) {
  let text = fragment;
  try {
    text = decodeURIComponent(fragment);
  } catch {
    // Then it is none, and does not match.
  }
  const match = LINK.exec(text);
  return match ? { payee_id: match[1], key: match[2] } : undefined;
}

/** Those of this phone, the last used first. @returns {TillKey[]} */
export function tillKeys() {
  const kept = loadKept("keys");
  return Array.isArray(kept) ? kept.filter((one) => one && one.payee_id && one.key) : [];
}

/** Use this one from now on: one for each payee. @param {TillKey} used @returns {boolean} whether it is kept */
export function keepTillKey(used) {
  return keep("keys", [used].concat(tillKeys().filter(({ payee_id }) => payee_id !== used.payee_id)));
}

/** @param {string} payeeId */
export function forgetTillKey(payeeId) {
  keep("keys", tillKeys().filter(({ payee_id }) => payee_id !== payeeId));
}
