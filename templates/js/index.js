// The list of payees: found as one types. It honours the old links, /?user=<alias>.

import { $, element, inputOf, onClick, toggle } from "./dom.js";
import { drawInLanguage, say } from "./page_language.js";
import { closestNames, findWords } from "./search.js";

const FEW = 6; // are seen at a glance

const lines = [...document.querySelectorAll("#payees li")].map((line) => {
  const [name, about] = [...line.querySelectorAll("bdi")];
  return { line, places: about ? [name, about] : [name], texts: [name, about].map((one) => (one ? one.textContent || "" : "")) };
});
const user = new URLSearchParams(location.search).get("user");
if (lines.length) start();

function start() {
  if (user !== null) {
    const payeeId = new Map(JSON.parse($("payees").dataset.aliases || "[]")).get(user);
    if (payeeId) location.replace(`${payeeId}/${location.hash}`);
    else drawInLanguage(showUnknown);
  }
  toggle("search", lines.length > FEW);
  inputOf("search").oninput = search;
  onClick("show-all", () => {
    inputOf("search").value = "";
    search();
    inputOf("search").focus();
  });
  drawInLanguage(search);
}

function search() {
  const query = inputOf("search").value.trim();
  const found = lines.map(({ texts }) => findWords(query, texts));
  const names = lines.map(({ texts }) => texts[0]);
  const exact = found.some(Boolean);
  const close = exact ? [] : closestNames(query, names);
  lines.forEach(({ line, places, texts }, i) => {
    const marks = found[i];
    /** @type {HTMLElement} */ (line).hidden = exact ? !marks : !close.includes(i);
    places.forEach((place, part) => showMarked(place, texts[part], (marks && marks[part]) || []));
  });
  const order = exact ? lines : close.map((i) => lines[i]);
  $("payees").append(...order.map(({ line }) => line));
  const n = found.filter(Boolean).length;
  $("found").textContent = exact ? say("found", { n, all: lines.length }) : say(close.length ? "close" : "no_match");
  toggle("found", query !== "" || lines.length > FEW);
  $("show-all").textContent = say("show_all", { n: lines.length });
  toggle("show-all", !exact);
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

function showUnknown() {
  const [before, after] = say("unknown", { user: "\n" }).split("\n");
  const place = $("unknown-user");
  place.textContent = "";
  place.append(before, element("bdi", user || ""), after);
  place.hidden = false;
}
