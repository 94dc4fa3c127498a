// The menu: sounds to try, a screen that stays on, other tills on this phone, forgetting this one. A
// part of the till.

import { $, element, onClick, toggle } from "../dom.js";
import { drawTexts, say } from "../page_language.js";
import { hear } from "../till/ears.js";
import { isOpen, thisTill } from "../till/here.js";
import { keep, loadKept } from "../till/keeping.js";
import { forgetTillKey, tillKeys } from "../till/keys.js";
import { moneyText } from "../till/marks.js";
import { showTill } from "../till/screen.js";
import { drawSound } from "../till/sound_button.js";
import { wakeSound } from "../till/sounds.js";

/** What is not in the page before this part is there. */
const LATER_TEXTS = [
  ["sounds-text", "sounds_text"], ["sound-said", "sound_said"], ["sounds-note", "sounds_note"],
  ["forget-ask", "forget_ask"], ["once", "once"],
];

/** @type {any} */
let wakeLock;

$("sounds").innerHTML = `<h2 tabindex="-1" data-t="sounds"></h2><p id="sounds-text"></p>
<button id="sound-said" class="wide"></button><button id="sound-confirmed" class="wide" data-t="confirmed"></button>
<button id="sound-reversed" class="wide" data-t="not_come"></button><p id="sounds-note" class="hint"></p>`;
drawTexts();

/** @param {(key: import("../till/keys.js").TillKey | undefined) => void} open another till, or none */
export function startMenu(open) {
  onClick("try-sounds", () => showTill("sounds"));
  onClick("awake", () => {
    keep("awake", !loadKept("awake"));
    keepAwake();
  });
  for (const kind of /** @type {const} */ (["said", "confirmed", "reversed"])) {
    onClick(`sound-${kind}`, () => {
      wakeSound();
      const { currency, digits } = thisTill().payee;
      const amount = moneyText({ amount: digits ? `50.${"0".repeat(digits)}` : "50", currency: currency || "INR" });
      const values = { amount, payer: "Asha", letters: "S, 9, G, 4" };
      hear(kind, kind === "reversed" ? "" : say(`spoken_${kind}`, values));
      setTimeout(drawSound, 300);
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
  for (const [id, key] of LATER_TEXTS) $(id).textContent = say(key);
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
