// What the API would refuse is said before anything is sent, in the payer's language. What hardly
// anybody types (a joiner or a selector where nothing needs it, a character that is not assigned, a
// name without a visible letter) is left to the API itself, whose words are then shown the same way.

import { isLess, plainExample, readAmounts } from "./amount.js";
import { plainAmount } from "./money.js";

/** Hidden wherever it stands. Joiners, variation selectors and the tags of flags are the API's to judge. */
const HIDDEN = /(?![\p{Join_C}\p{VS}\u{e0020}-\u{e007f}])[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]/u;
const PILE = /(\p{Mc}*[\p{Mn}\p{Me}]){5}/u;

/**
 * @typedef {"amount" | "payer_id" | "reason"} FieldName
 * @typedef {{amount: string, payer_id: string, reason: string}} Typed
 * @typedef {{currency: string, digits: number, min: string, max: string}} Terms
 * @typedef {{key: string, values?: Record<string, string | number>}} Message
 */

/**
 * @param {Typed} typed
 * @param {Terms} terms what the payee takes
 * @param {string} mark the decimal mark of the payer's language
 * @returns {{fields: Typed & {currency: string}, errors: Record<FieldName, Message | undefined>}}
 *   `fields` are fit to send if there are no errors
 */
export function checkFields(typed, terms, mark) {
  const readings = readAmounts(typed.amount, terms.digits, mark, terms.currency);
  const amount = readings.length === 1 ? readings[0] : "";
  const payer_id = clean(typed.payer_id);
  const reason = clean(typed.reason);
  const errors = {
    amount: amountError(typed.amount, readings, terms),
    payer_id: payer_id ? textError(payer_id, 64) : { key: "payer_missing" },
    reason: textError(reason, 140),
  };
  return { fields: { payer_id, amount, currency: terms.currency, reason }, errors };
}

/**
 * @param {string} typed
 * @param {string[]} readings what it may mean
 * @param {Terms} terms
 * @returns {Message | undefined}
 */
function amountError(typed, [amount, other], { min, max }) {
  if (!typed.trim()) return { key: "amount_missing" };
  if (other) return { key: "amount_readings", values: { a: plainAmount(amount), b: plainAmount(other) } };
  if (!amount) {
    const example = plainExample(typed);
    return { key: "amount_unclear", ...(example && { values: { example } }) };
  }
  if (isLess(amount, min)) return { key: "amount_small" };
  if (isLess(max, amount)) return { key: "amount_large" };
}

/**
 * @param {string} text
 * @param {number} most in code points
 * @returns {Message | undefined}
 */
function textError(text, most) {
  if (HIDDEN.test(text) || PILE.test(text.normalize("NFD"))) return { key: "unusable" };
  const n = [...text].length - most;
  if (n > 0) return { key: "too_long", values: { n } };
}

/**
 * As the API does, whose answer must repeat what was sent; it refuses tabs and line breaks, which
 * a keyboard or the clipboard may put in.
 *
 * @param {string} text
 */
function clean(text) {
  return text.normalize("NFC").replace(/[\t-\r\p{Zs}]+/gu, " ").replace(/^ | $/g, "");
}
