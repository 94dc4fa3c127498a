// Reads what people type for an amount into the exact decimal text the API takes. No floats.

/** What people write for a currency besides its code and its sign. @type {Record<string, string>} */
const ALIASES = { INR: "rs", PKR: "rs", NPR: "rs", IDR: "rp", KES: "ksh", TZS: "tsh" };

/**
 * The amounts that it may mean, as the API writes them. A mark before exactly three digits is the
 * hard case. It groups thousands if that is how the payer's language does it and the currency has no
 * three decimals; it is a decimal mark if it is the language's and the currency has them. What else it
 * may be has two readings.
 *
 * @param {string} typed
 * @param {number} digits the currency's decimals
 * @param {string} [mark] the language's decimal mark
 * @param {string} [currency] whose signs may stand beside the number: no other's may
 * @returns {string[]} none for what is no amount or leaves more to guess
 */
export function readAmounts(typed, digits, mark = ".", currency = "") {
  const text = bareNumber(typed, currency);
  const [, whole = text, point = "", minor = ""] = /^(.*)([.,٫])(\d+)$/.exec(text) || [];
  const isDecimal = minor.length <= digits && !(isGrouping(whole) ? whole.includes(point) : /\D/.test(whole));
  const decimal = isDecimal && withDecimals(whole, minor, digits);
  const grouped = isGrouping(text) && withDecimals(text, "", digits);
  if (!grouped || !/^\d+[.,]\d+$/.test(text)) return onlyAmounts(grouped || decimal);
  const smaller = decimal || (minor === "000" && withDecimals(whole, "", digits));
  if (point === mark && decimal) return onlyAmounts(decimal);
  if (point !== mark && /[.,]/.test(mark) && !decimal) return onlyAmounts(grouped);
  return smaller ? onlyAmounts(smaller, grouped) : [];
}

/**
 * @param {string} typed
 * @param {number} digits the currency's decimals
 * @param {string} [mark] the language's decimal mark
 * @param {string} [currency]
 * @returns {string | null} such as "50.00", with all decimals; null if it is no clear amount
 */
export function parseAmount(typed, digits, mark, currency) {
  const readings = readAmounts(typed, digits, mark, currency);
  return readings.length === 1 ? readings[0] : null;
}

/**
 * How an unclear amount could be written so that it is clear.
 *
 * @param {string} typed
 * @returns {string} "50" for "$50"; "" for what leaves more to guess
 */
export function plainExample(typed) {
  const found = /^[^\d.,]*(\d{1,12})\D*$/.exec(inLatinDigits(typed));
  return found ? found[1] : "";
}

/**
 * @param {string} a
 * @param {string} b both as parseAmount writes them, in one currency
 */
export function isLess(a, b) {
  const width = Math.max(a.length, b.length);
  return a.padStart(width, "0") < b.padStart(width, "0");
}

/**
 * What was typed, without what people write beside a number: ₹50, Rs. 50, 50/-, 50.- or 50 INR.
 *
 * @param {string} typed
 * @param {string} currency
 * @returns {string} from its first digit to its last, in Latin digits; "" if there is anything else
 */
function bareNumber(typed, currency) {
  const found = /^(\D*)(\d(?:.*\d)?)(\D*)$/.exec(inLatinDigits(typed).toLowerCase());
  if (!found) return "";
  const [, before, number, after] = found.map((one) => one.trim());
  const names = currency ? signsOf(currency) : [];
  const isSign = (/** @type {string} */ text) => !text || names.includes(text.replace(/\.$/, ""));
  const beside = after.replace(/^([.,]?\/?[-–—=]+|[.,])\s*/, "");
  return isSign(before) && isSign(beside) ? number : "";
}

/** @param {string} currency @returns {string[]} in small letters */
function signsOf(currency) {
  const parts = new Intl.NumberFormat("en-IN", { style: "currency", currency }).formatToParts(1);
  const sign = parts.find(({ type }) => type === "currency");
  const signs = [currency, sign ? sign.value : "", ALIASES[currency] || ""];
  return signs.filter(Boolean).map((one) => one.toLowerCase());
}

/** @param {...(string | false)} found @returns {string[]} */
function onlyAmounts(...found) {
  return /** @type {string[]} */ (found.filter(Boolean));
}

/** Whether marks of one kind part it in thousands, or in India's hundreds of thousands. @param {string} text */
function isGrouping(text) {
  return /^[1-9]\d{0,2}([.,٬'’\s])\d{3}(\1\d{3})*$|^[1-9]\d?,(\d\d,)+\d{3}$/.test(text);
}

/**
 * @param {string} major
 * @param {string} minor
 * @param {number} digits
 */
function withDecimals(major, minor, digits) {
  const plain = major.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  if (!/^\d{1,12}$/.test(plain)) return "";
  return digits ? `${plain}.${minor.padEnd(digits, "0")}` : plain;
}

/** @param {string} typed */
function inLatinDigits(typed) {
  return typed.replace(/[\u200e\u200f\u061c\u2066-\u2069]/g, "").trim().replace(/\p{Nd}/gu, latinDigit);
}

/** Digits of every script stand in tens, zero first. @param {string} digit */
function latinDigit(digit) {
  const code = /** @type {number} */ (digit.codePointAt(0));
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
