// Choosing among the site's languages, and filling in texts.

/**
 * @typedef {string | Record<string, string>} Text one text, or one for each plural category
 */

const PORTUGUESE = { pt: "pt-BR" }; // what browsers mean by it; every other pt-… follows Portugal's (CLDR)

/**
 * @param {string[]} offered language codes; the first one is the page's own
 * @param {readonly string[]} wanted language tags, the dearest first
 */
export function chooseLanguage(offered, wanted) {
  for (const tag of wanted) {
    const near = offered.filter((code) => baseOf(code) === baseOf(tag));
    const best = baseOf(tag) === "pt" ? near.find((code) => isSame(code, /pt(-br)?$/i.test(tag) ? PORTUGUESE.pt : "pt-PT")) : "";
    const found = near.find((code) => isSame(code, tag)) || best || near[0];
    if (found) return found;
  }
  return offered[0];
}

/**
 * @param {string} code
 * @param {readonly string[]} wanted the browser's, which know the payer's country
 * @returns {string} a tag for Intl, which refuses some systems' tags such as en-US@posix. Its digits
 *   are Latin, as on notes, price tags and in payment apps, but where an Arabic country's or
 *   Bangladesh's are its own
 */
export function chooseLocale(code, wanted) {
  const tag = wanted.find((one) => isSpoken(code, one) && /^[a-z]+(-[a-z\d]+)*$/i.test(one)) || code;
  if (/^(ar|bn-bd)-/i.test(`${tag}-`) && tag !== "ar") return tag;
  return `${tag === "bn" ? "bn-IN" : tag}-u-nu-latn`.replace(/(-u-.*)-u-/, "$1-");
}

/**
 * @param {Text} text
 * @param {Record<string, string | number>} values for the text's {names}; `n` decides the plural
 * @param {string} locale
 */
export function fillText(text, values, locale) {
  const form = typeof text === "string" ? text
    : text[new Intl.PluralRules(locale).select(Number(values.n))] || text.other;
  return form.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

/** Whether who wants `tag` is given `code`, or a country's way with it. @param {string} code @param {string} tag */
function isSpoken(code, tag) {
  return isSame(tag, code) || tag.toLowerCase().startsWith(`${code.toLowerCase()}-`);
}

/** @param {string} a @param {string} b */
function isSame(a, b) {
  return a.toLowerCase() === b.toLowerCase();
}

/** @param {string} tag */
function baseOf(tag) {
  return tag.split("-")[0].toLowerCase();
}
