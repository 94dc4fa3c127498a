// The list of payees: found as one types. A long one is in pieces, which are read when somebody is about
// to type. It honours the old links, /?user=<alias>.

import { $, element, fill, inputOf, onClick, toggle } from "./dom.js";
import { payeeOf } from "./old_links.js";
import { drawInLanguage, say } from "./page_language.js";
import { closestNames, countInside, findWords, foldText, nextPiece } from "./search.js";

const FEW = 6; // are seen at a glance
const MANY = 60; // at first; more are looked through by typing on
const AT_ONCE = 4;
const SHORTEST = 2; // what one types of a name where not all are to be seen

/**
 * @typedef {import("./search.js").Folded} Folded
 * @typedef {{folded: Folded[], texts: string[], line: () => HTMLElement}} Entry `texts` are its name and
 *   what stands beside it
 */
const list = $("payees");
const { up = "", aliases = "", pieces = "", digits = "" } = list ? list.dataset : {};
const user = new URLSearchParams(location.search).get("user");
/** @type {[string, string, string][]} */
const unread = pieces ? JSON.parse(pieces) : [];
const here = list ? [...list.querySelectorAll("li")].map(entryOf) : [];
const isLong = unread.length > 0;
const isListed = !!$("parts") || here.length > 0; // else names are shown to who types one
let entries = isLong ? /** @type {Entry[]} */ ([]) : here;
let reading = 0;
let failed = false;
let findsSome = true;
let showsAll = false;
if (list) start();

function start() {
  if (user !== null && !up) followOldLink(user);
  const search = inputOf("search");
  if (!search) return;
  toggle("search", isLong || entries.length > FEW);
  if (isLong) search.onfocus = readPieces;
  search.oninput = () => {
    showsAll = false;
    readPieces();
    draw();
  };
  onClick("show-all", () => {
    showsAll = findsSome;
    if (!findsSome) search.value = "";
    draw();
    search.focus();
  });
  drawInLanguage(draw);
}

/** @param {string} alias */
async function followOldLink(alias) {
  try {
    const payeeId = aliases ? new Map(JSON.parse(aliases)).get(alias) : await payeeOf(alias, Number(digits));
    if (payeeId) return location.replace(`${payeeId}/${location.hash}`);
  } catch {
    // Offline: who it is for can't be told now.
  }
  drawInLanguage(showUnknown);
}

/** Read all pieces, a few at a time, those first that may have what is looked for. */
function readPieces() {
  failed = false;
  while (reading < AT_ONCE && unread.length) {
    const piece = unread.splice(nextPiece(inputOf("search").value, unread), 1)[0];
    reading++;
    fetch(up + piece[0], { credentials: "omit" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject()))
      .then((rows) => {
        entries = entries.concat(rows.map(entryOfRow));
        reading--;
        readPieces();
      })
      .catch(() => {
        reading--;
        unread.push(piece);
        failed = true;
      })
      .then(draw);
  }
}

function draw() {
  const query = inputOf("search").value.trim();
  const isAsked = query.length >= (isListed ? 1 : SHORTEST);
  if ($("parts")) toggle("parts", !isAsked);
  if (isAsked) return drawFound(query);
  showLines(here.map((payee) => ({ payee, marks: undefined })));
  $("found").textContent = say("found", { n: entries.length, all: entries.length });
  toggle("found", !isLong && entries.length > FEW);
  toggle("show-all", false);
}

/** @param {string} query */
function drawFound(query) {
  const found = entries.map((payee) => ({ payee, marks: findWords(query, payee.folded) })).filter(({ marks }) => marks)
    .map((one) => ({ ...one, inside: countInside(query, one.payee.folded) })).sort((a, b) => a.inside - b.inside);
  const isWhole = !reading && !unread.length;
  findsSome = found.length > 0;
  const close = findsSome || !isWhole ? [] : closestNames(query, entries.map(({ folded }) => folded[0]));
  const shown = findsSome ? found.slice(0, showsAll ? found.length : MANY) : close.map((i) => ({ payee: entries[i], marks: undefined }));
  showLines(shown);
  const missing = failed ? say("incomplete") : isWhole ? "" : say("looking");
  $("found").textContent = findsSome ? [say("found", { n: found.length, all: entries.length }), missing].join(" ")
    : missing || say(close.length ? "close" : "no_match");
  toggle("found", true);
  $("show-all").textContent = say("show_all", { n: findsSome ? found.length : entries.length });
  toggle("show-all", findsSome ? shown.length < found.length : isWhole && isListed);
}

/** @param {{payee: Entry, marks?: [number, number][][]}[]} shown */
function showLines(shown) {
  fill("payees", ...shown.map(({ payee, marks }) => marked(payee, marks || [])));
}

/**
 * An entry's line, with what was found in it.
 *
 * @param {Entry} entry
 * @param {[number, number][][]} marks for each of its texts
 */
function marked(entry, marks) {
  const line = entry.line();
  [...line.querySelectorAll("bdi")].forEach((place, i) => showMarked(place, entry.texts[i], marks[i] || []));
  for (const text of /** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll("[data-t]"))) text.textContent = say(text.dataset.t || "");
  return line;
}

/**
 * @param {Element} place
 * @param {string} text
 * @param {[number, number][]} marks
 */
function showMarked(place, text, marks) {
  place.textContent = "";
  let shown = 0;
  for (const [start, end] of marks) {
    if (start < shown) continue;
    place.append(text.slice(shown, start), element("mark", text.slice(start, end)));
    shown = end;
  }
  place.append(text.slice(shown));
}

/** @param {HTMLElement} line that the page brought @returns {Entry} */
function entryOf(line) {
  const texts = [...line.querySelectorAll("bdi")].map((one) => one.textContent || "");
  return { folded: texts.map(foldText), texts, line: () => line };
}

/** @param {string[]} row of a piece @returns {Entry} */
function entryOfRow([id, name, about, group, status]) {
  const texts = [name, about, group].filter(Boolean);
  return { folded: texts.map(foldText), texts, line: () => makeLine(id, texts, status) };
}

/** @param {string} id @param {string[]} texts @param {string} status */
function makeLine(id, texts, status) {
  const link = element("a", ...texts.map((_, i) => element(i ? "small" : "b", element("bdi"))));
  link.setAttribute("href", `${up}${id}/`);
  if (status !== "open") {
    const shut = element("small");
    shut.className = "bad";
    shut.dataset.t = status === "closed" ? "closed" : "away"; // by which the build knows that it's said
    link.className = "shut";
    link.append(shut);
  }
  return element("li", link);
}

function showUnknown() {
  const [before, after] = say("unknown", { user: "\n" }).split("\n");
  const place = $("unknown-user");
  place.textContent = "";
  place.append(before, element("bdi", user || ""), after);
  place.hidden = false;
}
