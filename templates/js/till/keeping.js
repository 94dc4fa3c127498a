// What a till keeps on its phone: keys, and under each payee's id the list of the last look, what was
// heard, what was done and is not sent yet, the goods. It is apart from what payers' pages keep, so
// that forgetting one forgets nothing of the other.

import { attempt } from "../device.js";

const TILL_PREFIX = "payee-till:";

/**
 * @typedef {import("./till.js").KeptTill} KeptTill
 * @typedef {import("./outbox.js").Action} Action
 */

/** @param {string} key @returns {any} undefined if there is nothing of that name, or no storage */
export function loadKept(key) {
  return attempt(() => JSON.parse(localStorage.getItem(TILL_PREFIX + key) || "")) || undefined;
}

/** @param {string} key @param {any} value @returns {boolean} whether the phone keeps it */
export function keep(key, value) {
  return attempt(() => (localStorage.setItem(TILL_PREFIX + key, JSON.stringify(value)), true)) === true;
}

/** @param {string} start of the keys that are forgotten */
export function forgetKept(start) {
  for (const key of keptKeys(start)) localStorage.removeItem(TILL_PREFIX + key);
}

/** @param {string} start */
function keptKeys(start) {
  const all = attempt(() => Object.keys(localStorage)) || [];
  return all.filter((key) => key.startsWith(TILL_PREFIX + start)).map((key) => key.slice(TILL_PREFIX.length));
}

/** @param {string} payeeId */
export function tillStorage(payeeId) {
  const prefix = `of:${payeeId}:`;
  return {
    /** @returns {KeptTill | undefined} */
    kept: () => loadKept(`${prefix}list`),
    /** @param {KeptTill} kept */
    keep: (kept) => void keep(`${prefix}list`, kept),
    /** @returns {Action[]} those of one payment in their order */
    actions: () => keptKeys(`${prefix}action:`).map(loadKept).filter(Boolean).sort((a, b) => a.n - b.n),
    /** @param {Action} action */
    saveAction: (action) => void keep(`${prefix}action:${action.key}`, action),
    /** @param {Action} action */
    removeAction: (action) => forgetKept(`${prefix}action:${action.key}`),
    /** @param {string} name @returns {any} */
    load: (name) => loadKept(prefix + name),
    /** @param {string} name @param {any} value */
    save: (name, value) => void keep(prefix + name, value),
    forgetTill: () => forgetKept(prefix),
  };
}
