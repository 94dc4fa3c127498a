// Reads what people type for an amount into the exact decimal text the API takes, and writes that
// text as the payer's language does. No floats.

/**
 * A mark before exactly three digits may group thousands. It is taken for a decimal mark only if it
 * is the one of the payer's own language, and the currency has that many decimals.
 *
 * @param {string} typed
 * @param {number} digits the currency's decimals
 * @param {string} [mark] the language's decimal mark
 * @returns {string | null} such as "50.00", with all decimals; null if it is no clear amount
 */
export function parseAmount(typed, digits, mark = ".") {
  const text = inLatinDigits(typed);
  const match = /^0*(\d{1,12})(?:([.,٫])(\d+))?$/.exec(text);
  if (!match) return null;
  const [, major, separator, minor = ""] = match;
  if (minor.length > digits) return null;
  if (minor.length === 3 && separator !== "٫" && separator !== mark) return null;
  return digits ? `${major}.${minor.padEnd(digits, "0")}` : major;
}

/**
 * How an unclear amount could be written so that it is clear.
 *
 * @param {string} typed
 * @returns {string} "10000" for "10,000" and "50" for "₹50"; "" for what leaves more to guess
 */
export function plainExample(typed) {
  const text = inLatinDigits(typed);
  const isGrouped = /^\d{1,3}([.,٬\s]\d{2,3})*[.,٬\s]\d{3}$/.test(text);
  const digits = isGrouped ? text.replace(/\D/g, "") : /^[^\d.,]*(\d+)\D*$/.exec(text)?.[1];
  return digits && digits.length <= 12 ? digits : "";
}

/**
 * @param {string} a
 * @param {string} b both as parseAmount writes them, in one currency
 */
export function isLess(a, b) {
  return BigInt(a.replace(".", "")) < BigInt(b.replace(".", ""));
}

/** @param {string} locale */
export function decimalMark(locale) {
  const parts = new Intl.NumberFormat(locale).formatToParts(0.5);
  return parts.find(({ type }) => type === "decimal")?.value ?? ".";
}

/**
 * @param {string} amount as the API writes it, with all of the currency's decimals: those decide,
 *   because browsers are wrong about some currencies'
 * @param {string} currency
 * @param {string} locale
 */
export function formatMoney(amount, currency, locale) {
  return formatDecimal(amount, locale, { style: "currency", currency });
}

/**
 * @param {string} amount
 * @param {string} locale
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatDecimal(amount, locale, options) {
  const digits = amount.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, {
    ...options,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(/** @type {any} */ (amount)); // text is formatted exactly
}

/**
 * @param {string} amount
 * @returns {string} "50" for "50.00"
 */
export function plainAmount(amount) {
  return amount.replace(/\.0+$/, "");
}

/** @param {string} typed */
function inLatinDigits(typed) {
  return typed.trim().replace(/\p{Nd}/gu, latinDigit);
}

/** Digits of every script stand in tens, zero first. @param {string} digit */
function latinDigit(digit) {
  const code = /** @type {number} */ (digit.codePointAt(0));
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}
