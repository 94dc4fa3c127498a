// Every payee's poster, taken from the payees' own pages, to print at once. Beside the page's code a
// poster may have one that goes straight to the payee's bank; the build made its text.

import { $, element, onClick, toggle } from "./dom.js";
import { drawInLanguage, say } from "./page_language.js";
import { loadPart } from "./parts.js";

const AT_ONCE = 8;
/** @type {{id: string, way?: string, to?: string, holder?: string, code?: string}[]} */
const payees = JSON.parse($("posters").dataset.payees || "[]");
const missing = /** @type {string[]} */ ([]);
const withBank = /** @type {HTMLInputElement} */ ($("bank"));

const hasBank = payees.some(({ code }) => code);

toggle("choices", true);
toggle("bank-choice", hasBank);
onClick("print", () => print());
for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("[name=layout]"))) {
  choice.onchange = () => {
    $("main").className = choice.value;
    toggle("bank-choice", hasBank && choice.value === "sheets");
  };
}
withBank.onchange = () => {
  for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".bank"))) box.hidden = !withBank.checked;
};
collect();

async function collect() {
  const progress = () => { $("progress").textContent = `${$("posters").childElementCount} / ${payees.length}`; };
  for (let i = 0; i < payees.length; i += AT_ONCE) {
    progress();
    const found = await Promise.all(payees.slice(i, i + AT_ONCE).map(makePoster));
    for (const poster of found) if (poster) $("posters").append(poster);
  }
  progress();
  drawInLanguage(() => {
    for (const text of /** @type {NodeListOf<HTMLElement>} */ ($("posters").querySelectorAll("[data-t]"))) {
      const { t = "", way, ...values } = text.dataset;
      text.textContent = say(t, /** @type {Record<string, string>} */ ({ ...values, way: way ? say(way) : "" }));
    }
  });
  $("missing").textContent = missing.join(", ");
  toggle("missing", missing.length > 0);
  /** @type {HTMLButtonElement} */ ($("print")).disabled = false;
}

/** @param {typeof payees[0]} payee @returns {Promise<Element | undefined>} */
async function makePoster(payee) {
  try {
    const response = await fetch(`../${payee.id}/`);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const poster = response.ok ? page.querySelector(".poster") : null;
    if (poster) {
      if (payee.code) poster.insertBefore(await makeBank(payee), poster.querySelector(".runs"));
      return document.adoptNode(poster);
    }
  } catch (error) {
    // Named below, like a page that is not there.
  }
  missing.push(payee.id);
}

/** The code that goes straight to the bank, and what it does not do. @param {typeof payees[0]} payee */
async function makeBank({ way, to, holder, code }) {
  const { drawQr } = await loadPart("qr");
  const title = said("h2", "straight", { way: `rail_${way}` });
  const account = element("b", to || "");
  account.dir = "ltr";
  const words = element("div", title, account, said("p", "must_show", { holder }), said("p", "writes_nothing"));
  const box = element("div", drawQr(code, to), words);
  box.className = "bank";
  box.hidden = !withBank.checked;
  return box;
}

/** @param {string} tag @param {string} key @param {Record<string, string | undefined>} [values] */
function said(tag, key, values = {}) {
  const made = element(tag);
  Object.assign(made.dataset, { t: key, ...values });
  return made;
}
