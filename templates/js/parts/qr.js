// Draws QR codes: what a bank app of another phone is to scan. ISO/IEC 18004, of which bank codes need
// little: text in bytes of UTF-8, error correction level M, up to version 25. The mask is always the
// one that the codes of pages' addresses have.

const SVG = "http://www.w3.org/2000/svg";
const QUIET_ZONE = 4; // 5.3.8
// Of level M, by version: error correction codewords in a block, and blocks (table 9).
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21];
const FORMAT = 0x5e7c; // level M with mask 2, which is dark in every third column (7.8.2, 7.9)

/**
 * @param {string} text at most 997 bytes; RangeError for more
 * @returns {{size: number, isDark: (x: number, y: number) => boolean}} the code's modules, without a
 *   quiet zone
 */
export function makeQr(text) {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  const size = 17 + 4 * version;
  const modules = drawPatterns(version, size);
  const bits = interleave(pack(bytes, version), version);
  placeBits(modules, size, bits);
  return { size, isDark: (x, y) => modules[y * size + x] % 2 > 0 };
}

/**
 * An image of the code, dark on white whatever the page's theme.
 *
 * @param {string} text
 * @param {string} label names it for screen readers
 * @returns {SVGSVGElement}
 */
export function drawQr(text, label) {
  const { size, isDark } = makeQr(text);
  const whole = size + 2 * QUIET_ZONE;
  let path = "";
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const start = x;
      while (x < size && isDark(x, y)) x++;
      if (x > start) path += `M${start + QUIET_ZONE} ${y + QUIET_ZONE}.5h${x - start}`;
    }
  }
  const picture = svgElement("svg", { viewBox: `0 0 ${whole} ${whole}`, "shape-rendering": "crispEdges", role: "img", "aria-label": label });
  picture.append(
    svgElement("path", { fill: "#fff", d: `M0 0h${whole}v${whole}H0z` }),
    svgElement("path", { stroke: "#000", d: path }),
    ...(text.startsWith("SPC\n") ? swissCross(size) : []),
  );
  return /** @type {SVGSVGElement} */ (picture);
}

/**
 * The mark in the middle of Swiss bills' codes, 7 mm wide on 46 mm; sitegen/qr.py has it too.
 *
 * @param {number} size of the code
 */
function swissCross(size) {
  const at = (/** @type {number} */ mm) => String(mm * size / 46);
  const middle = size / 2 + QUIET_ZONE;
  const box = (/** @type {string} */ fill, /** @type {number} */ width, /** @type {number} */ height) =>
    svgElement("rect", { fill, x: `${middle - width * size / 92}`, y: `${middle - height * size / 92}`, width: at(width), height: at(height) });
  return [box("#fff", 7, 7), box("#000", 6, 6), box("#fff", 3.9, 1.2), box("#fff", 1.2, 3.9)];
}

/** @param {string} name @param {Record<string, string>} attributes */
function svgElement(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const key in attributes) made.setAttribute(key, attributes[key]);
  return made;
}

/** The smallest version that takes so many bytes. @param {number} length */
function versionFor(length) {
  let version = 1;
  while (version <= BLOCKS.length && lengthSize(version) + 1 + length > dataCodewords(version)) version++;
  if (version > BLOCKS.length) throw RangeError(`${length} bytes`);
  return version;
}

/** Bytes that tell the text's length (table 3). @param {number} version */
function lengthSize(version) {
  return version < 10 ? 1 : 2;
}

/** @param {number} version */
function dataCodewords(version) {
  return codewords(version) - CORRECTION[version - 1] * BLOCKS[version - 1];
}

/** All codewords: an eighth of the modules that no pattern takes. @param {number} version */
function codewords(version) {
  const aligned = version > 1 ? Math.floor(version / 7) + 2 : 0;
  const patterns = aligned ? (25 * aligned - 10) * aligned - 55 : 0;
  return Math.floor(((16 * version + 128) * version + 64 - patterns - (version > 6 ? 36 : 0)) / 8);
}

/**
 * The data codewords: four bits for the mode, the length, the text, four bits of zeros, padding (7.4).
 *
 * @param {Uint8Array} bytes
 * @param {number} version
 */
function pack(bytes, version) {
  const data = new Uint8Array(dataCodewords(version));
  const length = lengthSize(version) > 1 ? [bytes.length >> 8, bytes.length & 255] : [bytes.length];
  const said = [...length, ...bytes];
  data[0] = 0b0100 << 4;
  said.forEach((byte, i) => {
    data[i] |= byte >> 4;
    data[i + 1] = byte << 4;
  });
  for (let i = said.length + 1; i < data.length; i++) data[i] = (i - said.length) % 2 ? 236 : 17;
  return data;
}

/**
 * The blocks of `data` and their error correction, a codeword of each in turn (7.6).
 *
 * @param {Uint8Array} data
 * @param {number} version
 * @returns {number[]}
 */
function interleave(data, version) {
  const correction = CORRECTION[version - 1];
  const count = BLOCKS[version - 1];
  const short = Math.floor(data.length / count);
  const longer = data.length % count; // so many blocks, the last ones, have one more
  const blocks = [];
  for (let i = 0, start = 0; i < count; i++) {
    const end = start + short + (i >= count - longer ? 1 : 0);
    blocks.push(data.subarray(start, end));
    start = end;
  }
  const checks = blocks.map((block) => remainder(block, correction));
  const all = [];
  for (let i = 0; i <= short; i++) for (const block of blocks) if (i < block.length) all.push(block[i]);
  for (let i = 0; i < correction; i++) for (const check of checks) all.push(check[i]);
  return all;
}

/**
 * The Reed-Solomon check of `block`: what is left when it is divided by the generator (7.5.2).
 *
 * @param {Uint8Array} block
 * @param {number} degree
 */
function remainder(block, degree) {
  const generator = new Uint8Array(degree); // its coefficients but for the first, which is 1
  generator[degree - 1] = 1;
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++) generator[j] = times(generator[j], root) ^ (generator[j + 1] || 0);
  }
  const left = new Uint8Array(degree);
  for (const byte of block) {
    const factor = byte ^ left[0];
    left.copyWithin(0, 1);
    left[degree - 1] = 0;
    for (let i = 0; i < degree; i++) left[i] ^= times(generator[i], factor);
  }
  return left;
}

/** Their product in the field of 256 elements (7.5.2). @param {number} a @param {number} b */
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ (product >> 7 ? 0x11d : 0) ^ (b >> bit & 1 ? a : 0);
  return product;
}

/**
 * The modules with all patterns drawn: 2 is light, 3 is dark, 0 is free for data.
 *
 * @param {number} version
 * @param {number} size
 */
function drawPatterns(version, size) {
  const modules = new Uint8Array(size * size);
  const set = (/** @type {number} */ x, /** @type {number} */ y, /** @type {any} */ dark) => {
    if (x >= 0 && y >= 0 && x < size && y < size) modules[y * size + x] = dark ? 3 : 2;
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  const square = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ reach) => {
    for (let dx = -reach; dx <= reach; dx++) {
      for (let dy = -reach; dy <= reach; dy++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(x + dx, y + dy, reach === 4 ? ring !== 2 && ring !== 4 : ring !== 1);
      }
    }
  };
  const centres = alignments(version, size);
  const last = centres.length - 1;
  centres.forEach((x, i) => centres.forEach((y, j) => {
    if ((i || j) && (i || j !== last) && (i !== last || j)) square(x, y, 2);
  }));
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4);
  for (let i = 0; i < 15; i++) {
    const dark = FORMAT >> i & 1;
    set(8, i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, dark);
    set(i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i, 8, dark);
  }
  set(8, size - 8, true);
  if (version > 6) {
    let rest = version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ (rest >> 11) * 0x1f25;
    const bits = version << 12 | rest;
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + i % 3, Math.floor(i / 3)];
      set(a, b, bits >> i & 1);
      set(b, a, bits >> i & 1);
    }
  }
  return modules;
}

/** Where the centres of alignment patterns are, in both directions (annex E). @param {number} version @param {number} size */
function alignments(version, size) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.ceil((size - 13) / (2 * count - 2)) * 2;
  const centres = [6];
  for (let at = size - 7; centres.length < count; at -= step) centres.splice(1, 0, at);
  return centres;
}

/**
 * Lay out the codewords: up and down in pairs of columns, from the right, past the patterns (7.7.3).
 *
 * @param {Uint8Array} modules
 * @param {number} size
 * @param {number[]} bytes
 */
function placeBits(modules, size, bytes) {
  let placed = 0;
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) { // 6 is a pattern
    const isUpward = (right + 1) % 4 < 2;
    for (let row = 0; row < size; row++) {
      const y = isUpward ? size - 1 - row : row;
      for (const x of [right, right - 1]) {
        const at = y * size + x;
        if (modules[at]) continue;
        const bit = bytes[placed >> 3] >> (7 - placed % 8) & 1;
        placed++;
        modules[at] = (x % 3 ? 0 : 1) ^ bit;
      }
    }
  }
}
