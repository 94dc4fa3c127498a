// What is heard: a sound, then words in the page's language, where the phone has a voice for it.

import { announce } from "../dom.js";
import { locale, say } from "../page_language.js";
import { keep, loadKept } from "./keeping.js";
import { dayName, moneyText } from "./marks.js";
import { playSound } from "./sounds.js";
import { gathered, spelledCode, spokenName } from "./speech.js";
import { mintedAt } from "./states.js";

const TOLD_SINGLY = 3;

/** @typedef {import("./known.js").News} News */

export function isMuted() {
  return Boolean(loadKept("muted"));
}

/** @param {boolean} muted */
export function mute(muted) {
  keep("muted", muted);
  if (muted && window.speechSynthesis) speechSynthesis.cancel();
}

/** @param {News[]} news */
export function tell(news) {
  const { single, counts } = gathered(news, TOLD_SINGLY);
  for (const { kind, payment } of single) tellOne(kind, payment);
  const said = (counts.said || 0) + (counts.late || 0);
  if (said) hear("said", say("spoken_many", { n: said }));
  else if (counts.confirmed) hear("confirmed", say("confirmed"));
  else if (counts.reversed) hear("reversed", "");
}

/** @param {News["kind"]} kind @param {import("./states.js").Payment} payment */
export function tellOne(kind, payment) {
  const { payment_id, payer_id } = payment;
  const payer = spokenName(payer_id, [say("confirmed"), say("got")]);
  const values = { amount: moneyText(payment), payer, letters: spelledCode(payment_id), day: dayName(mintedAt(payment_id)) };
  if (kind === "reversed") hear("reversed", "");
  else if (kind === "confirmed") hear("confirmed", say("spoken_confirmed", values));
  else hear(kind === "said" ? "said" : undefined, say(kind === "said" ? "spoken_said" : "spoken_late", values));
}

/** @param {import("./sounds.js").Sound | undefined} sound none for what comes late @param {string} words */
export function hear(sound, words) {
  const plain = words.replace(/[\u2066-\u2069]/g, ""); // what keeps names apart on the screen is not spoken
  const sentence = plain.replace(/([.,،。]\s*)+(?=[.,،。])/g, ""); // where a name was left out
  if (sentence) announce(sentence);
  if (isMuted()) return;
  if (sound) playSound(sound);
  if (sentence) speakAloud(sentence);
}

/** Whether this phone has a voice for the page's language. */
function hasVoice() {
  return Boolean(window.speechSynthesis) && speechSynthesis.getVoices().some(isVoice);
}

/** @param {SpeechSynthesisVoice} voice */
function isVoice(voice) {
  return voice.lang.split(/[-_]/)[0].toLowerCase() === locale.split("-")[0].toLowerCase();
}

/** @param {string} sentence */
function speakAloud(sentence) {
  if (!hasVoice()) return; // another language's voice makes a riddle of it
  const words = new SpeechSynthesisUtterance(sentence);
  const voices = speechSynthesis.getVoices().filter(isVoice);
  words.voice = voices.filter(({ lang }) => lang.replace("_", "-") === locale)[0] || voices[0];
  words.lang = words.voice.lang;
  speechSynthesis.speak(words);
}
