// Finding a payee by what one types of the name, the goods or the stall.

/** Letters that are typed as others, though no accent tells them apart. @type {Record<string, string>} */
const TYPED_AS = { "đ": "d", "ø": "o", "ł": "l", "ı": "i", "ð": "d", "ħ": "h", "ß": "ss", "æ": "ae", "œ": "oe", "ς": "σ", "ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي" };

/** Accents, and the vowel points of Hebrew and Arabic, which few type. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]/g;

/** Where other scripts' digits begin. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xff10];

/**
 * @typedef {{letters: string, places?: number[]}} Folded what is the same for who looks for a name;
 *   `places`: where in the text each of the letters stands, if not at its own place
 */

/** @param {string} text @returns {Folded} without case, accents and what makes no difference */
export function foldText(text) {
  if (/^[ -~]*$/.test(text)) return { letters: text.toLowerCase() };
  const places = /** @type {number[]} */ ([]);
  let letters = "";
  let at = 0;
  for (const char of text) {
    const folded = foldChar(char);
    for (let i = 0; i < folded.length; i++) places.push(at);
    letters += folded;
    at += char.length;
  }
  return { letters, places: [...places, at] };
}

/** @param {string} char */
function foldChar(char) {
  const code = char.charCodeAt(0);
  const zero = ZEROS.find((one) => code >= one && code < one + 10);
  if (zero) return String(code - zero);
  return [...char.normalize("NFD").replace(MARKS, "").toLowerCase().replace(MARKS, "")].map((one) => TYPED_AS[one] || one).join("");
}

/**
 * Where the words of `query` stand, in pairs of start and end; none at all unless each is there in one
 * of `texts`.
 *
 * @param {string} query
 * @param {Folded[]} texts
 * @returns {[number, number][][] | undefined} for each text; undefined if one of the words is nowhere
 */
export function findWords(query, texts) {
  const words = wordsOf(query);
  if (!words.every((word) => texts.some(({ letters }) => letters.includes(word)))) return undefined;
  return texts.map(({ letters, places }) => words.flatMap((word) => {
    const start = ` ${letters}`.indexOf(` ${word}`);
    const at = start < 0 ? letters.indexOf(word) : start;
    const end = at + word.length;
    return at < 0 ? [] : [/** @type {[number, number]} */ (places ? [places[at], places[end]] : [at, end])];
  }).sort((a, b) => a[0] - b[0]));
}

/** How many words of `query` are only found inside of words. @param {string} query @param {Folded[]} texts */
export function countInside(query, texts) {
  return wordsOf(query).filter((word) => !texts.some(({ letters }) => ` ${letters}`.includes(` ${word}`))).length;
}

/** @param {string} query */
function wordsOf(query) {
  return foldText(query).letters.split(/\s+/).filter(Boolean);
}

/**
 * How alike two spellings are: the share of pairs of letters that they have in common (Dice).
 *
 * @param {string} a
 * @param {string} b
 * @returns {number} 0 to 1
 */
export function likeness(a, b) {
  return shareOf(pairsOf(foldText(a).letters), foldText(b).letters);
}

/** @param {string[]} pairs @param {string} other */
function shareOf(pairs, other) {
  const others = pairsOf(other);
  const all = pairs.length + others.length;
  const common = pairs.filter((pair) => {
    const at = others.indexOf(pair);
    if (at >= 0) others.splice(at, 1);
    return at >= 0;
  });
  return all ? (2 * common.length) / all : 0;
}

/** @param {string} text */
function pairsOf(text) {
  const letters = ` ${text.trim()} `;
  return [...letters].slice(1).map((_, i) => letters.slice(i, i + 2));
}

/**
 * The places in `names` of those that are most like `query`, the likest first.
 *
 * @param {string} query
 * @param {Folded[]} names
 */
export function closestNames(query, names) {
  const pairs = pairsOf(foldText(query).letters);
  const scored = names.map(({ letters }, i) => ({ i, score: Math.max(...[letters, ...letters.split(/\s+/)].map((one) => shareOf(pairs, one))) }));
  return scored.filter(({ score }) => score >= 0.4).sort((a, b) => b.score - a.score).slice(0, 5).map(({ i }) => i);
}

/**
 * Which piece of the list to read next: one whose names may begin with a word of `query`, or else the
 * first.
 *
 * @param {string} query
 * @param {[string, string, string][]} pieces each with the letters that its names begin with, from and to
 */
export function nextPiece(query, pieces) {
  const starts = wordsOf(query).map((word) => String.fromCodePoint(word.codePointAt(0) || 0));
  return Math.max(0, pieces.findIndex(([, from, to]) => starts.some((start) => start >= from && start <= to)));
}
