// Whether the till is heard. No page is, before somebody touched it: the till says so.

import { $, onClick, toggle } from "../dom.js";
import { say } from "../page_language.js";
import { hear, isMuted, mute } from "./ears.js";
import { isOpen } from "./here.js";
import { showTill } from "./screen.js";
import { isSoundAwake, wakeSound } from "./sounds.js";

/** What browsers take for a touch that lets a page be heard: a finger's coming down is none, its lifting is. */
const TOUCHES = ["click", "touchend", "keydown"];

export function startSound() {
  onClick("sound", () => {
    mute(!isMuted());
    drawSound();
    if (!isMuted()) hear("said", "");
  });
  onClick("sound-start", () => showTill("sounds"));
  for (const touch of TOUCHES) addEventListener(touch, () => wakeSound(drawSound), true);
}

export function drawSound() {
  const isOn = !isMuted();
  $("sound").setAttribute("aria-label", say(isOn ? "sound_on" : "sound_off"));
  $("sound").setAttribute("aria-pressed", String(isOn));
  toggle("sound-start", isOn && !isSoundAwake() && isOpen());
}
