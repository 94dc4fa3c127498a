// Choosing among the page's languages, and filling in its texts.

/**
 * @typedef {string | Record<string, string>} Text one text, or one for each plural category
 * @typedef {Record<string, Text[]>} Catalogs each language's texts, in the order of the `keys`
 */

/**
 * @param {string[]} offered language codes; the first one is the site's own
 * @param {readonly string[]} wanted language tags, the dearest first
 */
export function chooseLanguage(offered, wanted) {
  return wanted.map(baseOf).find((code) => offered.includes(code)) ?? offered[0];
}

/**
 * @param {string} code
 * @param {readonly string[]} wanted the browser's, which know the payer's country
 * @returns {string} a tag for Intl, which refuses some systems' tags such as en-US@posix
 */
export function chooseLocale(code, wanted) {
  return wanted.find((tag) => baseOf(tag) === code && /^[a-z]+(-[a-z\d]+)*$/i.test(tag)) ?? code;
}

/**
 * @param {Text} text
 * @param {Record<string, string | number>} values for the text's {names}; `n` decides the plural
 * @param {string} locale
 */
export function fillText(text, values, locale) {
  const form = typeof text === "string" ? text
    : text[new Intl.PluralRules(locale).select(Number(values.n))] ?? text.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

/** @param {string} tag */
function baseOf(tag) {
  return tag.split("-")[0].toLowerCase();
}
