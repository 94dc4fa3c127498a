// Why money didn't come. The ledger keeps one wording, whatever the till's language, so that a
// treasurer reads and counts them; the page says it in its own.

import { say } from "../page_language.js";

/** The text's name, and what the ledger keeps. */
export const WHYS = [
  ["why_bank", "not in my bank"],
  ["why_amount", "another amount came"],
  ["why_stranger", "not my customer"],
];

/** @param {string} why as the ledger keeps it */
export function whyText(why) {
  const known = WHYS.filter(([, kept]) => kept === why)[0];
  return known ? say(known[0]) : why;
}
