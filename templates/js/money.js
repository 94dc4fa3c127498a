// Writes the API's exact decimal amounts as the payer's language does. No floats.

const TWO_DECIMALS = /EUR|BRL/; // where people write them with whole amounts, too
const INDIAN = /^(en|hi|mr|kn|ta|te|bn)\b/; // whose readers expect lakhs; Intl does not for all of them

/** @param {string} locale */
export function decimalMark(locale) {
  const mark = new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === "decimal");
  return mark ? mark.value : ".";
}

/**
 * Whole amounts are written without decimals but where people always write them.
 *
 * @param {string} amount as the API writes it, with all of the currency's decimals: those decide,
 *   because browsers are wrong about some currencies'
 * @param {string} currency
 * @param {string} locale
 */
export function formatMoney(amount, currency, locale) {
  const written = TWO_DECIMALS.test(currency) ? amount : plainAmount(amount);
  return formatDecimal(written, currency === "INR" && INDIAN.test(locale) ? "en-IN" : locale, { style: "currency", currency });
}

/**
 * @param {string} amount
 * @param {string} locale
 * @param {Intl.NumberFormatOptions} [options]
 */
export function formatDecimal(amount, locale, options) {
  const digits = (amount.split(".")[1] || "").length;
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
