// How money, codes, times and states look: the same wherever they stand.

import { decimalMark, formatMoney } from "../money.js";
import { element } from "../dom.js";
import { locale, say } from "../page_language.js";
import { clockNow } from "./here.js";
import { codeOf } from "./states.js";
import { dayBefore, dayOf } from "./sums.js";

const METHOD_NAMES = /** @type {Record<string, string>} */ ({
  cash: "rail_cash", link: "rail_link", sepa: "rail_sepa", swiss: "rail_sepa", spayd: "rail_sepa",
});
const SVG_NAMES = "http://www.w3.org/2000/svg";

/** @param {{amount: string, currency: string}} money */
export function moneyText({ amount, currency }) {
  return formatMoney(amount, currency, locale);
}

/** In the page's language. */
export function decimalSign() {
  return decimalMark(locale);
}

/** It shrinks rather than breaks. @param {{amount: string, currency: string}} money */
export function amountLine(money) {
  const text = moneyText(money);
  const line = element("p", element("bdi", text));
  line.className = "amount";
  line.style.setProperty("--n", String(Array.from(text).length));
  return line;
}

/** @param {"said" | "confirmed" | "reversed"} state */
export function stateMark(state) {
  const mark = document.createElementNS(SVG_NAMES, "svg");
  const use = document.createElementNS(SVG_NAMES, "use");
  use.setAttribute("href", `#mark-${state}`);
  mark.setAttribute("class", "mark");
  mark.setAttribute("viewBox", "0 0 48 48");
  mark.setAttribute("aria-hidden", "true");
  mark.append(use);
  return mark;
}

/** The code, a box for each letter. @param {string} paymentId */
export function codeBoxes(paymentId) {
  const letters = codeOf(paymentId).split("");
  const boxes = element("p", ...letters.map((letter) => element("span", letter)));
  boxes.className = "code";
  boxes.setAttribute("role", "img");
  boxes.setAttribute("aria-label", `${say("code")} ${letters.join(" ")}`);
  return boxes;
}

/** A name somebody chose: it stays in its line, whatever is in it. @param {string} text @param {string} [className] */
export function nameLine(text, className = "name") {
  const line = element("span", element("bdi", text));
  line.className = className;
  return line;
}

/** @param {string} paymentId */
export function codeTag(paymentId) {
  const tag = element("span", codeOf(paymentId));
  tag.className = "tag";
  return tag;
}

/** @param {string | null} method */
export function methodName(method) {
  const name = METHOD_NAMES[method || ""];
  return name ? say(name) : (method || "").toUpperCase(); // UPI, PIX, PAYNOW: names of their own
}

/** @param {number} ms */
export function timeText(ms) {
  return new Date(ms).toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** @param {number} ms */
export function dayName(ms) {
  const now = clockNow();
  if (dayOf(ms) === dayOf(now)) return say("today");
  if (dayOf(ms) === dayBefore(now, 1)) return say("yesterday");
  return new Date(ms).toLocaleDateString(locale, { weekday: "short", day: "numeric", month: "short" });
}

/** The day, too, unless it is today. @param {number} ms */
export function momentText(ms) {
  return dayOf(ms) === dayOf(clockNow()) ? timeText(ms) : `${dayName(ms)} ${timeText(ms)}`;
}

/** As people read it out. @param {string} text @param {number} size */
export function inGroups(text, size) {
  return (text.match(new RegExp(`.{1,${size}}`, "g")) || []).join(" ");
}
