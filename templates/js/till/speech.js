// What is said aloud. A payer chooses their own name, so it is spoken only if it can be nothing but a
// name: a name such as "Confirmed 500 rupees" is not. Pure.

import { codeOf } from "./states.js";

const LONGEST_NAME = 30;

/**
 * @param {string} name
 * @param {string[]} claims words of the page's language that tell of money seen
 * @returns {string} "" if it is better not spoken
 */
export function spokenName(name, claims) {
  const plain = name.normalize("NFKC").toLowerCase();
  const tellsMore = /[^\p{L}\p{M}\p{Zs}.'’-]/u.test(plain) || claims.some((claim) => plain.includes(claim.toLowerCase()));
  return tellsMore || Array.from(name).length > LONGEST_NAME ? "" : name;
}

/** Letters and digits, one by one. @param {string} paymentId */
export function spelledCode(paymentId) {
  return codeOf(paymentId).split("").join(", ");
}

/**
 * Several at once are told in one sentence: nobody listens to fifteen.
 *
 * @template {{kind: string}} T
 * @param {T[]} news
 * @param {number} most
 * @returns {{single: T[], counts: Record<string, number>}}
 */
export function gathered(news, most) {
  const counts = /** @type {Record<string, number>} */ ({});
  if (news.length <= most) return { single: news, counts };
  for (const { kind } of news) counts[kind] = (counts[kind] || 0) + 1;
  return { single: [], counts };
}
