// Finding a payee by what one types of the name, the goods or the stall.

/**
 * @param {string} text
 * @returns {string} as long as `text`, so that a place in one is that place in the other
 */
function foldCase(text) {
  return [...text].map((char) => foldChar(char).padEnd(char.length).slice(0, char.length)).join("");
}

/** Without case, and without the accents of Latin letters, which few type. @param {string} char */
function foldChar(char) {
  return char.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase() || char;
}

/**
 * Where the words of `query` stand in `text`, in pairs of start and end; none at all unless each is
 * there in one of `texts`.
 *
 * @param {string} query
 * @param {string[]} texts
 * @returns {[number, number][][] | undefined} for each text; undefined if one of the words is nowhere
 */
export function findWords(query, texts) {
  const words = foldCase(query).split(/\s+/).filter(Boolean);
  const folded = texts.map(foldCase);
  if (!words.every((word) => folded.some((text) => text.includes(word)))) return undefined;
  return folded.map((text) => words.flatMap((word) => {
    const at = text.indexOf(word);
    return at < 0 ? [] : [/** @type {[number, number]} */ ([at, at + word.length])];
  }).sort((a, b) => a[0] - b[0]));
}

/**
 * How alike two spellings are: the share of pairs of letters that they have in common (Dice).
 *
 * @param {string} a
 * @param {string} b
 * @returns {number} 0 to 1
 */
export function likeness(a, b) {
  const pairs = pairsOf(a);
  const others = pairsOf(b);
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
  const letters = ` ${foldCase(text).trim()} `;
  return [...letters].slice(1).map((_, i) => letters.slice(i, i + 2));
}

/**
 * The places in `names` of those that are most like `query`, the likest first.
 *
 * @param {string} query
 * @param {string[]} names
 */
export function closestNames(query, names) {
  const scored = names.map((name, i) => ({ i, score: Math.max(...[name, ...name.split(/\s+/)].map((one) => likeness(query, one))) }));
  return scored.filter(({ score }) => score >= 0.4).sort((a, b) => b.score - a.score).slice(0, 5).map(({ i }) => i);
}
