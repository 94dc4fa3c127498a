// Names for rails that take ASCII only; equal to rails/latin.py.

/** @type {Record<string, string>} */
const WITHOUT_PARTS = {
  đ: "d", Đ: "D", ø: "o", Ø: "O", ł: "l", Ł: "L", ß: "ss", ẞ: "SS", æ: "ae", Æ: "AE",
  "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-",
};

/**
 * @param {string} text
 * @param {number} most characters
 */
export function foldToAscii(text, most) {
  const folded = text.normalize("NFD").replace(/[^ -~]/g, (character) => WITHOUT_PARTS[character] || "");
  return folded.slice(0, most).trim();
}
