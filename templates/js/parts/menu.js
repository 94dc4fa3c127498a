// The menu: sounds to try, a screen that stays on, other tills on this phone, forgetting this one. A
// part of the till.

import { $, element, onClick, toggle } from "../dom.js";
import { say } from "../page_language.js";
import { hear } from "../till/ears.js";
import { isOpen, thisTill } from "../till/here.js";
import { keep, loadKept } from "../till/keeping.js";
import { forgetTillKey, tillKeys } from "../till/keys.js";
import { moneyText } from "../till/marks.js";
import { showTill } from "../till/screen.js";
import { drawSound } from "../till/sound_button.js";

/** One page that a stallholder can read; the buttons are called what they are called. */
const STEPS = ["step_said", "step_got", "step_not_come", "step_ask", "step_sums", "step_blind", "step_key"];
const NAMED = ["got", "undo", "not_come", "ask", "rail_cash", "confirmed", "said"];

/** @type {any} */
let wakeLock;

$("sounds").innerHTML = `<h2 tabindex="-1" data-t="sounds"></h2><p data-t="sounds_text"></p>
<button id="sound-said" class="wide" data-t="sound_said"></button><button id="sound-confirmed" class="wide" data-t="confirmed"></button>
<button id="sound-reversed" class="wide" data-t="not_come"></button><p class="hint" data-t="sounds_note"></p>`;
$("help").innerHTML = '<h2 tabindex="-1" data-t="how_it_works"></h2><ul class="steps"></ul>';

/** @param {(key: import("../till/keys.js").TillKey | undefined) => void} open another till, or none */
export function startMenu(open) {
  onClick("how", () => showTill("help"));
  onClick("try-sounds", () => showTill("sounds"));
  onClick("awake", () => {
    keep("awake", !loadKept("awake"));
    keepAwake();
  });
  for (const kind of /** @type {const} */ (["said", "confirmed", "reversed"])) {
    onClick(`sound-${kind}`, () => {
      const { currency, digits } = thisTill().payee;
      const amount = moneyText({ amount: digits ? `50.${"0".repeat(digits)}` : "50", currency: currency || "INR" });
      const values = { amount, payer: "Asha", letters: "S, 9, G, 4" };
      hear(kind, kind === "reversed" ? "" : say(`spoken_${kind}`, values));
    });
  }
  onClick("forget", () => toggle("forget-sure", true));
  onClick("forget-no", () => toggle("forget-sure", false));
  onClick("forget-yes", () => {
    const { key, storage, till } = thisTill();
    till.stop();
    storage.forgetTill();
    forgetTillKey(key.payee_id);
    history.replaceState(history.state, "", location.pathname); // where an iPhone has it still
    open(tillKeys()[0]);
  });
  document.addEventListener("visibilitychange", keepAwake);
  keepAwake();
  drawMenu(open);
}

/** @param {(key: import("../till/keys.js").TillKey) => void} open */
export function drawMenu(open) {
  drawSound();
  const names = Object.fromEntries(NAMED.map((key) => [key, say(key)]));
  const values = { ...names, site: $("main").dataset.site || "" };
  document.querySelectorAll(".steps").forEach((list) => {
    list.textContent = "";
    list.append(...STEPS.map((key) => element("li", say(key, values))));
  });
  for (const id of ["try-sounds", "forget"]) toggle(id, isOpen());
  toggle("forget-sure", false);
  toggle("awake", "wakeLock" in navigator);
  $("tills").textContent = "";
  const others = tillKeys().filter(({ payee_id }) => !isOpen() || payee_id !== thisTill().key.payee_id);
  for (const key of others) {
    const button = element("button", (loadKept(`of:${key.payee_id}:payee`) || { name: key.payee_id }).name);
    button.className = "wide";
    button.onclick = () => open(key);
    $("tills").append(element("li", button));
  }
}

/** The system lets go of it whenever the page is hidden. */
async function keepAwake() {
  $("awake").setAttribute("aria-pressed", String(Boolean(loadKept("awake"))));
  try {
    if (loadKept("awake") && !document.hidden) wakeLock = await /** @type {any} */ (navigator).wakeLock.request("screen");
    else if (wakeLock) wakeLock = void wakeLock.release();
  } catch {
    // A low battery may forbid it.
  }
}
