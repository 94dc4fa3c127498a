// One payment: everything about it, and what the payee says became of it.

import { $, announce, element, toggle } from "../dom.js";
import { say } from "../page_language.js";
import { hear, tellOne } from "./ears.js";
import { isMine, thisTill } from "./here.js";
import { amountLine, codeBoxes, inGroups, methodName, moneyText, momentText, nameLine, stateMark, timeText } from "./marks.js";
import { isCashTaken, lastStanding, statusOf } from "./states.js";
import { WHYS, whyText } from "./whys.js";

/** @typedef {import("./states.js").Payment} Payment */

let shownId = "";
let drawnAs = "";
/** A finger that taps twice, or was on its way to what stood there before, presses nothing else. */
const UNPRESSED_MS = 350;

/** @param {{payment_id: string}} payment */
export function pickPayment({ payment_id }) {
  shownId = payment_id;
  drawnAs = "";
}

/** The one that is looked at: none, on a counter, means the newest that waits. */
export function pickedPayment() {
  return shownId;
}

/** @param {Payment | undefined} payment */
export function drawOne(payment) {
  toggle("ticket", Boolean(payment));
  toggle("more", Boolean(payment));
  if (!payment) return;
  const { till } = thisTill();
  const isPending = till.outbox.isPending(payment.payment_id);
  const as = JSON.stringify([payment, isPending, thisTill().label, document.documentElement.lang]);
  if (as === drawnAs) return;
  drawnAs = as;
  const status = statusOf(payment);
  const ticket = $("ticket");
  const offered = [payment.payment_id, status, document.documentElement.lang].join();
  const kept = offered === ticket.dataset.offered ? ticket.lastElementChild : null; // somebody may be choosing
  ticket.dataset.offered = offered;
  ticket.className = `card ticket ${status === "claimed" ? "said" : status}`;
  while (ticket.firstChild && ticket.firstChild !== kept) ticket.firstChild.remove();
  if (!kept) ticket.append(actions(payment));
  ticket.prepend(head(payment), body(payment));
  drawHistory(payment, isPending);
}

/** @param {Payment} payment */
function head(payment) {
  const status = statusOf(payment);
  const last = lastStanding(payment.events);
  const title = element("h2", ...(status === "claimed" ? namedText("says", payment.payer_id) : [say(status === "confirmed" ? "confirmed" : "not_come")]));
  title.tabIndex = -1;
  const small = element("p");
  if (!last) small.textContent = say("not_confirmed");
  else if (last.status === "reversed") small.append(nameLine(whyText(last.why)));
  else {
    const time = timeText(Date.parse(last.recorded_at));
    small.append(nameLine(isMine(last.by) ? say("got_at", { time }) : say("label_at", { label: last.by, time })));
  }
  const made = element("div", stateMark(status === "claimed" ? "said" : status), element("div", title, small));
  made.className = "head";
  return made;
}

/** A text with a name in it, which stays in its place. @param {string} key @param {string} name */
function namedText(key, name) {
  const [before, after] = say(key, { payer: "\n" }).split("\n");
  return [before, nameLine(name), after];
}

/** @param {Payment} payment */
function body(payment) {
  const { payment_id, payer_id, reason, method, bank_reference, recorded_at } = payment;
  const facts = element("dl");
  const add = (/** @type {string} */ key, /** @type {string} */ text, className = "name") => {
    if (text) facts.append(element("dt", say(key)), element("dd", nameLine(text, className)));
  };
  if (statusOf(payment) !== "claimed") add("from", isCashTaken(payment) ? "" : payer_id);
  add("for", reason);
  add("by", methodName(method));
  add("bank_number", inGroups(bank_reference || "", 4), "number");
  add("time", momentText(Date.parse(recorded_at)));
  const made = element("div", amountLine(payment));
  if (statusOf(payment) === "claimed") made.append(softLine(say("same_code")));
  made.append(codeBoxes(payment_id), facts);
  const { request } = thisTill();
  if (request && request.payment_id === payment_id && request.amount !== payment.amount) {
    const warning = element("p", `${say("ask")}: ${moneyText(request)}`);
    warning.className = "notice bad";
    made.append(warning);
  }
  return made;
}

/** @param {string} text */
function softLine(text) {
  const line = element("p", text);
  line.className = "soft";
  return line;
}

/** @param {Payment} payment */
function actions(payment) {
  const { till } = thisTill();
  const status = statusOf(payment);
  const made = element("div");
  if (status === "claimed") {
    const question = element("p", say("got_ask", { amount: moneyText(payment) }));
    question.className = "ask";
    made.append(question, actButton("got", "got", () => {
      till.act(payment, "confirmed");
      tellOne("confirmed", payment);
    }));
  } else {
    made.append(actButton("undo", "wide", () => {
      till.act(payment, "undone");
      announce(say("not_confirmed"));
    }));
    const hint = element("p", say("undo_hint"));
    hint.className = "hint";
    made.append(hint);
  }
  if (status !== "reversed") made.append(notComeChoices(payment));
  return made;
}

/** @param {string} key @param {string} className @param {() => void} act */
function actButton(key, className, act) {
  const button = element("button", say(key));
  button.className = className;
  button.onclick = act;
  /** @type {HTMLButtonElement} */ (button).disabled = true;
  setTimeout(() => /** @type {HTMLButtonElement} */ (button).disabled = false, UNPRESSED_MS);
  return button;
}

/** @param {Payment} payment */
function notComeChoices(payment) {
  const summary = element("summary", say("not_come"));
  summary.className = "button wide bad";
  const other = /** @type {HTMLInputElement} */ (element("input"));
  other.setAttribute("aria-label", say("why_else"));
  other.maxLength = 200;
  other.hidden = true;
  let chosen = WHYS[0][1];
  const choices = element("fieldset", element("legend", say("why")));
  for (const [key, why] of WHYS.concat([["why_else", ""]])) {
    const input = /** @type {HTMLInputElement} */ (element("input"));
    input.type = "radio";
    input.name = "why";
    input.checked = why === chosen;
    input.onchange = () => {
      chosen = why;
      other.hidden = Boolean(why);
      if (!other.hidden) other.focus();
    };
    choices.append(element("label", input, say(key)));
  }
  const sayIt = actButton("say_not_come", "wide bad", () => {
    const why = chosen || other.value.normalize("NFC").trim().replace(/\s+/g, " ");
    if (!why) return other.focus();
    thisTill().till.act(payment, "reversed", why);
    hear("reversed", "");
    announce(say("not_come"));
  });
  return element("details", summary, choices, other, sayIt);
}

/** @param {Payment} payment @param {boolean} isPending */
function drawHistory(payment, isPending) {
  const { payment_id, payer_id, method, recorded_at, events } = payment;
  const lines = $("events");
  lines.textContent = "";
  const add = (/** @type {string} */ time, /** @type {(string | Node)[]} */ words) =>
    lines.append(element("dt", momentText(Date.parse(time))), element("dd", ...words));
  add(recorded_at, isCashTaken(payment) ? [methodName(method)] : namedText("said_it", payer_id));
  for (const { status, by, why, recorded_at: at } of events) {
    const key = status === "confirmed" ? "confirmed_on" : status === "reversed" ? "not_come_on" : "undone_on";
    const label = by || thisTill().label || say("title");
    const isWhyTold = status === "reversed" && by !== "";
    add(at, [nameLine(say(key, { label })), ...(isWhyTold ? [" · ", nameLine(whyText(why))] : [])]);
  }
  toggle("unsent", isPending);
  $("reference").textContent = inGroups(payment_id.slice(1), 5);
}
