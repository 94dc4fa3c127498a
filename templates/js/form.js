// The form: what the payer types, and what is wrong with it, at the field and in a summary.

import { decimalMark, formatDecimal, formatMoney, plainAmount } from "./amount.js";
import { $, element, inputOf, toggle } from "./dom.js";
import { checkFields } from "./fields.js";
import { drawInLanguage, locale, say } from "./page_language.js";

/**
 * @typedef {import("./fields.js").FieldName} FieldName
 * @typedef {import("./fields.js").Message} Message
 * @typedef {Partial<Record<FieldName, Message>>} Errors
 */

const FIELDS = /** @type {FieldName[]} */ (["amount", "payer_id", "reason"]);
const title = document.title;
/** @type {Errors} */
let errors = {};
/** A word about the payment as a whole. @type {Message | undefined} */
let notice;

export function startForm() {
  for (const chip of chips()) chip.onclick = () => setAmount(chip.value);
  for (const name of FIELDS) {
    inputOf(name).oninput = () => {
      delete errors[name];
      drawForm();
    };
  }
  drawInLanguage(drawForm);
}

/** @returns {import("./device.js").Fields | null} null if something is wrong, which is shown */
export function readForm() {
  const [amount, payer_id, reason] = FIELDS.map((name) => inputOf(name).value);
  const checked = checkFields({ amount, payer_id, reason }, terms(), decimalMark(locale));
  notice = undefined;
  showErrors(checked.errors);
  return Object.values(errors).some(Boolean) ? null : checked.fields;
}

/** @param {Errors} found */
export function showErrors(found) {
  errors = found;
  drawForm();
  $("problems").focus();
}

/** @param {Message} [message] */
export function showNotice(message) {
  notice = message;
  drawForm();
  $("notice").focus();
}

/** @param {string} hash the link's fragment: #amount=50&reason=Lunch&payer=Asha */
export function presetForm(hash) {
  const presets = new URLSearchParams(hash.slice(1));
  fillForm({ amount: presets.get("amount"), payer_id: presets.get("payer"), reason: presets.get("reason") });
}

/** @param {Record<FieldName, string | null>} values null leaves a field as it is */
export function fillForm({ amount, payer_id, reason }) {
  if (amount !== null) setAmount(amount);
  if (payer_id !== null) inputOf("payer_id").value = payer_id;
  if (reason !== null) inputOf("reason").value = reason;
}

function chips() {
  return /** @type {NodeListOf<HTMLButtonElement>} */ ($("form").querySelectorAll("button[value]"));
}

function terms() {
  const { currency, digits, min, max } = /** @type {Record<string, string>} */ ($("form").dataset);
  return { currency, digits: Number(digits), min, max };
}

/** @param {string} amount with a point; the payer's language may write it otherwise */
function setAmount(amount) {
  const { min, max } = terms();
  const plain = plainAmount(min === max ? min : amount);
  inputOf("amount").value = plain.replace(/^(\d+)\.(\d+)$/, `$1${decimalMark(locale)}$2`);
  delete errors.amount;
  drawForm();
}

function drawForm() {
  const { currency, min, max } = terms();
  const money = (/** @type {string} */ amount) => formatMoney(plainAmount(amount), currency, locale);
  const typed = inputOf("amount").value.replace(decimalMark(locale), ".");
  for (const chip of chips()) {
    chip.textContent = money(chip.value);
    chip.ariaPressed = String(typed === plainAmount(chip.value));
  }
  const words = (/** @type {Message} */ { key, values }) =>
    say(key, { min: money(min), max: money(max), example: formatDecimal(min, locale), ...values });
  if (min !== max) $("amount-hint").textContent = words({ key: "limits" });
  const links = [];
  for (const name of FIELDS) {
    const error = errors[name];
    const text = error ? words(error) : "";
    $(`${name}-error`).textContent = text;
    toggle(`${name}-error`, Boolean(error));
    inputOf(name).ariaInvalid = String(Boolean(error));
    if (!error) continue;
    const link = /** @type {HTMLAnchorElement} */ (element("a", text));
    link.href = `#${name}`;
    link.onclick = () => {
      inputOf(name).focus();
      return false; // the fragment is for presets
    };
    links.push(element("li", link));
  }
  $("problems").replaceChildren(element("h2", say("problem")), element("ul", ...links));
  toggle("problems", links.length > 0);
  document.title = links.length ? `${say("problem")}: ${title}` : title;
  $("notice").textContent = notice ? words(notice) : "";
  toggle("notice", Boolean(notice));
}
