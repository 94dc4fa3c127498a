// Reads what people type for an amount into the exact decimal text the API takes. No floats.

// Where the ten digits begin: Latin, Arabic, Persian, Devanagari, Bengali, Gurmukhi, Gujarati,
// Odia, Tamil, Telugu, Kannada, Malayalam, Thai, full-width.
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xff10,
];

/**
 * @param {string} typed
 * @param {number} digits the currency's decimals
 * @returns {string | null} such as "50.00", with all decimals; null if it is no clear amount
 */
export function parseAmount(typed, digits) {
  const text = typed.trim().replace(/\p{Nd}/gu, latinDigit).replace("٫", ".");
  const match = /^0*(\d{1,12})(?:[.,](\d+))?$/.exec(text);
  if (!match || /,\d{3}$/.test(text)) return null; // 1,000: one here, a thousand elsewhere
  const [, major, minor = ""] = match;
  if (minor.length > digits) return null;
  return digits ? `${major}.${minor.padEnd(digits, "0")}` : major;
}

/**
 * @param {string} a
 * @param {string} b both as parseAmount writes them, in one currency
 */
export function isLess(a, b) {
  return BigInt(a.replace(".", "")) < BigInt(b.replace(".", ""));
}

/** @param {string} digit */
function latinDigit(digit) {
  const code = /** @type {number} */ (digit.codePointAt(0));
  const zero = ZEROS.find((zero) => code >= zero && code < zero + 10);
  return zero === undefined ? digit : String(code - zero);
}
