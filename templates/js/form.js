// The form: what the payer types, and what is wrong with it, at the field and in a summary.

import { decimalMark, formatDecimal, formatMoney, plainAmount } from "./money.js";
import { keepInTab, keptInTab } from "./device.js";
import { $, element, fill, inputOf, toggle } from "./dom.js";
import { drawInLanguage, localeNow, say } from "./page_language.js";

/**
 * @typedef {import("./fields.js").FieldName} FieldName
 * @typedef {import("./fields.js").Message} Message
 * @typedef {Partial<Record<FieldName, Message>>} Errors
 */

const FIELDS = /** @type {FieldName[]} */ (["amount", "payer_id", "reason"]);
const TYPED_FOR_MS = 3600000;
const title = document.title;
/** @type {Errors} */
let errors = {};
/** A word about the payment as a whole. @type {Message | undefined} */
let notice;
/** The payment that is typed, once it has one. */
let typedId = "";

export function startForm() {
  for (const chip of chips()) {
    chip.onclick = () => {
      setAmount(chip.value);
      keepTyped();
    };
  }
  for (const name of FIELDS) {
    inputOf(name).oninput = () => {
      delete errors[name];
      keepTyped();
      drawForm();
    };
  }
  drawInLanguage(drawForm);
}

/** @returns {import("./fields.js").Typed} */
export function typedTexts() {
  const [amount, payer_id, reason] = FIELDS.map((name) => inputOf(name).value);
  return { amount, payer_id, reason };
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

/** The payment id of what is typed; "" if it has none yet. @param {string} [id] the new one */
export function typedPaymentId(id) {
  if (id !== undefined) {
    typedId = id;
    keepTyped();
  }
  return typedId;
}

/**
 * What was typed within the last hour, else what the link's fragment says:
 * #amount=50&reason=Lunch&payer=Asha&id=01KJMA….
 */
export function presetForm() {
  const { at, hash, id, amount, payer_id, reason } = keptInTab(draftKey()) || {};
  if (hash === location.hash && Date.now() - at < TYPED_FOR_MS) {
    typedId = id;
    return fillForm({ amount: null, payer_id, reason }, amount);
  }
  const presets = new URLSearchParams(location.hash.slice(1));
  typedId = requestedId();
  fillForm({ amount: presets.get("amount"), payer_id: presets.get("payer"), reason: presets.get("reason") });
}

/** The id of a request, which its link tells; "" if there is none. */
export function requestedId() {
  return (/[#&]id=(0[0-9A-HJKMNP-TV-Z]{25})(&|$)/.exec(location.hash) || ["", ""])[1];
}

/**
 * @param {Record<FieldName, string | null>} values null leaves a field as it is
 * @param {string} [typedAmount] the amount as it was typed
 */
export function fillForm({ amount, payer_id, reason }, typedAmount) {
  if (amount !== null) setAmount(amount);
  if (typedAmount) inputOf("amount").value = typedAmount;
  if (payer_id !== null) inputOf("payer_id").value = payer_id;
  if (reason !== null) inputOf("reason").value = reason;
  drawForm();
}

function keepTyped() {
  keepInTab(draftKey(), { at: Date.now(), hash: location.hash, id: typedId, ...typedTexts() });
}

function draftKey() {
  return `typed:${$("form").dataset.payeeId}`;
}

function chips() {
  return /** @type {NodeListOf<HTMLButtonElement>} */ ($("form").querySelectorAll("button[value]"));
}

export function terms() {
  const { currency, digits, min, max } = /** @type {Record<string, string>} */ ($("form").dataset);
  return { currency, digits: Number(digits), min, max };
}

/** @param {string} amount with a point; the payer's language may write it otherwise */
function setAmount(amount) {
  const { min, max } = terms();
  const plain = plainAmount(min === max ? min : amount);
  inputOf("amount").value = plain.replace(/^(\d+)\.(\d+)$/, `$1${decimalMark(localeNow())}$2`);
  delete errors.amount;
  drawForm();
}

function drawForm() {
  const { currency, min, max } = terms();
  const locale = localeNow();
  const money = (/** @type {string} */ amount) => formatMoney(plainAmount(amount), currency, locale);
  const typed = inputOf("amount").value.replace(decimalMark(locale), ".");
  for (const chip of chips()) {
    chip.textContent = money(chip.value);
    chip.setAttribute("aria-pressed", String(typed === plainAmount(chip.value)));
  }
  const parts = new Intl.NumberFormat(locale, { style: "currency", currency }).formatToParts(1).map(({ type }) => type);
  $("currency").textContent = money("1").replace(/[\p{Nd}\s\u200e\u200f\u061c]/gu, "");
  $("currency").style.order = String(Number(parts.indexOf("currency") > parts.indexOf("integer")));
  const words = (/** @type {Message} */ { key, values }) =>
    say(key, { min: money(min), max: money(max), example: formatDecimal(min, locale), ...values });
  if (min !== max) $("amount-hint").textContent = words({ key: "limits" });
  const links = [];
  for (const name of FIELDS) {
    const error = errors[name];
    const text = error ? words(error) : "";
    $(`${name}-error`).textContent = text;
    toggle(`${name}-error`, Boolean(error));
    inputOf(name).setAttribute("aria-invalid", String(Boolean(error)));
    if (!error) continue;
    const link = /** @type {HTMLAnchorElement} */ (element("a", text));
    link.href = `#${name}`;
    link.onclick = () => {
      inputOf(name).focus();
      return false; // the fragment is for presets
    };
    links.push(element("li", link));
  }
  const problem = links.length ? say("problems", { n: links.length }) : "";
  fill("problems", element("b", problem), element("ul", ...links));
  toggle("problems", links.length > 0);
  document.title = problem ? `${problem}: ${title}` : title;
  $("notice").textContent = notice ? words(notice) : "";
  toggle("notice", Boolean(notice));
}
