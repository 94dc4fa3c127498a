// The names of ways to pay, also of those that this payee does not have.

import { hasText, say } from "./page_language.js";

/** @param {string} [method] of a payment @returns {string} "" if it has none */
export function wayOf(method = "") {
  const word = `rail_${method}`;
  return hasText(word) ? say(word) : method;
}
