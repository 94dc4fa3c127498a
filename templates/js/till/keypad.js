// What the keypad makes of its keys, and the goods with prices that the phone keeps. Pure.

import { addAmounts, noAmount } from "./sums.js";

const MOST_DIGITS = 12;

/** @typedef {{name: string, price: string}} Item `price` as the API writes amounts */

/**
 * @param {string} typed so far, such as "12." or ""
 * @param {string} key a digit, "." or "back"
 * @param {number} digits the currency's decimals
 * @returns {string}
 */
export function pressKey(typed, key, digits) {
  if (key === "back") return typed.slice(0, -1);
  if (key === ".") return digits && !typed.includes(".") ? `${typed || "0"}.` : typed;
  const [major, minor] = typed.split(".");
  if (minor !== undefined) return minor.length < digits ? typed + key : typed;
  if (major === "0") return key;
  return major.length < MOST_DIGITS ? typed + key : typed;
}

/**
 * @param {string} typed
 * @param {number} digits
 * @returns {string} as the API writes amounts, such as "12.00" for "12."
 */
export function typedAmount(typed, digits) {
  const [major, minor = ""] = typed.split(".");
  return digits ? `${major || "0"}.${minor.padEnd(digits, "0")}` : major || "0";
}

/** @param {string} amount */
export function isNothing(amount) {
  return !/[1-9]/.test(amount);
}

/**
 * @param {Map<Item, number>} chosen how many of each
 * @param {number} digits
 * @returns {{amount: string, reason: string}} "2 × Tea, Bun", as many of them as a reason holds
 */
export function addItems(chosen, digits) {
  let amount = noAmount(digits);
  const names = /** @type {string[]} */ ([]);
  chosen.forEach((count, item) => {
    for (let i = 0; i < count; i++) amount = addAmounts(amount, item.price);
    if (count) names.push(count > 1 ? `${count} × ${item.name}` : item.name);
  });
  let reason = names.join(", ");
  while (Array.from(reason).length > 140) {
    names.pop();
    reason = names.concat("…").join(", ");
  }
  return { amount, reason };
}
