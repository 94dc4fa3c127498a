// Every payee's poster, taken from the payees' own pages, to print at once.

import { $, onClick, toggle } from "./dom.js";
import { drawInLanguage, drawTexts } from "./page_language.js";

const AT_ONCE = 8;
/** @type {string[]} */
const payeeIds = JSON.parse($("posters").dataset.payees ?? "[]");
const missing = /** @type {string[]} */ ([]);

onClick("print", () => print());
for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=layout]"))) {
  choice.onchange = () => {
    $("main").className = choice.value;
  };
}
collect();

async function collect() {
  for (let i = 0; i < payeeIds.length; i += AT_ONCE) {
    const found = await Promise.all(payeeIds.slice(i, i + AT_ONCE).map(fetchPoster));
    $("posters").append(...found.flatMap((poster) => poster ?? []));
    $("progress").textContent = `${$("posters").childElementCount} / ${payeeIds.length}`;
  }
  drawInLanguage(drawTexts);
  $("missing").textContent = missing.join(", ");
  toggle("missing", missing.length > 0);
  /** @type {HTMLButtonElement} */ ($("print")).disabled = false;
}

/** @param {string} payeeId @returns {Promise<Element | null>} */
async function fetchPoster(payeeId) {
  try {
    const response = await fetch(`../${payeeId}/`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const poster = response.ok ? page.querySelector(".poster") : null;
    if (poster) return document.adoptNode(poster);
  } catch {
    // Named below, like a page that is not there.
  }
  missing.push(payeeId);
  return null;
}
