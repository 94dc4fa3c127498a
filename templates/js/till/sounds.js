// Two sounds that nobody can mix up, and neither is a payment app's chime: a knock at the door for
// what is only said, two notes up for what somebody saw. A low one down for what didn't come.

/** @typedef {"said" | "confirmed" | "reversed"} Sound */

/** @type {AudioContext | undefined} */
let audio;

const VIBRATION = { said: [80, 90, 80], confirmed: [300], reversed: [60] };

/**
 * Browsers let a page be heard once somebody has touched it.
 *
 * @param {() => void} onChange when it is heard, and when the system takes that away again: for a call, say
 */
export function wakeSound(onChange) {
  const Context = window.AudioContext || /** @type {any} */ (window).webkitAudioContext;
  if (!Context) return;
  if (!audio) {
    audio = /** @type {AudioContext} */ (new Context());
    audio.onstatechange = onChange;
    // An iPhone speaks later if it was once told to during a touch.
    if (window.speechSynthesis) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
  }
  if (audio.state !== "running") audio.resume();
}

export function isSoundAwake() {
  return Boolean(audio && audio.state === "running");
}

/** @param {Sound} sound */
export function playSound(sound) {
  if (navigator.vibrate) navigator.vibrate(VIBRATION[sound]);
  if (!audio) return;
  if (sound === "said") {
    playTone(audio, "triangle", 220, 110, 0, 0.09, 0.9);
    playTone(audio, "triangle", 220, 110, 0.17, 0.09, 0.9);
  } else if (sound === "confirmed") {
    playTone(audio, "sine", 523, 523, 0, 0.22, 0.6);
    playTone(audio, "sine", 784, 784, 0.14, 0.5, 0.6);
  } else playTone(audio, "sine", 262, 196, 0, 0.45, 0.6);
}

/**
 * @param {AudioContext} context
 * @param {OscillatorType} type
 * @param {number} from hertz
 * @param {number} to
 * @param {number} after seconds
 * @param {number} length
 * @param {number} loud
 */
function playTone(context, type, from, to, after, length, loud) {
  const start = context.currentTime + after;
  const voice = context.createOscillator();
  const volume = context.createGain();
  voice.type = type;
  voice.frequency.setValueAtTime(from, start);
  voice.frequency.exponentialRampToValueAtTime(to, start + length);
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(loud, start + 0.008);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + length);
  voice.connect(volume);
  volume.connect(context.destination);
  voice.start(start);
  voice.stop(start + length + 0.02);
}
