// The list: what came and what was only said, of today, yesterday, a week, or found.

import { $, element, inputOf, toggle } from "../dom.js";
import { say } from "../page_language.js";
import { clockNow, isMine, thisTill } from "./here.js";
import { amountLine, codeTag, dayName, methodName, moneyText, momentText, nameLine, stateMark, timeText } from "./marks.js";
import { isCashTaken, isLate, lastStanding, mintedAt, statusOf } from "./states.js";
import { dayOf, inSpan, noAmount, searched, sumsOf } from "./sums.js";
import { whyText } from "./whys.js";

const ROWS_AT_MOST = 300;
const SPANS = /** @type {const} */ (["today", "yesterday", "week", "search"]);

/** @typedef {import("./states.js").Payment} Payment */

/** @type {typeof SPANS[number]} */
let span = "today";
let rowsDrawnAs = "";

/** @param {(payment: Payment) => void} onPick */
export function startDay(onPick) {
  for (const one of SPANS) {
    $(`span-${one}`).onclick = () => {
      span = one;
      drawDay(onPick);
      if (one === "search") $("query").focus();
    };
  }
  inputOf("query").oninput = () => drawDay(onPick);
}

/**
 * Only if something changed: a finger or a screen reader may be on a row.
 *
 * @param {(payment: Payment) => void} onPick
 */
export function drawDay(onPick) {
  const { till, label, payee, key } = thisTill();
  const { lang } = document.documentElement;
  const query = inputOf("query").value;
  const as = [key.payee_id, till.version, till.watch.isBlind, isNaN(till.watch.server), label, payee.currency, lang, span, query, dayOf(clockNow())].join();
  if (as === rowsDrawnAs) return;
  rowsDrawnAs = as;
  drawRows(onPick);
}

/** @param {(payment: Payment) => void} onPick */
function drawRows(onPick) {
  const { till } = thisTill();
  const active = document.activeElement;
  const focused = active && $("list").contains(active) ? active.id : "";
  const all = till.known.list();
  const shown = span === "search" ? searched(all, inputOf("query").value) : inSpan(all, span, clockNow());
  for (const one of SPANS) $(`span-${one}`).setAttribute("aria-pressed", String(one === span));
  toggle("query", span === "search");
  drawSums(shown);
  const list = $("list");
  list.textContent = "";
  let day = "";
  for (const payment of shown.slice(0, ROWS_AT_MOST)) {
    const recorded = Date.parse(payment.recorded_at);
    if ((span === "week" || span === "search") && dayOf(recorded) !== day) {
      day = dayOf(recorded);
      list.append(dayRow(recorded, shown.filter((one) => dayOf(Date.parse(one.recorded_at)) === day)));
    }
    list.append(paymentRow(payment, onPick));
  }
  if (focused && $(focused)) $(focused).focus();
  toggle("nothing", !shown.length);
  $("nothing").textContent = say(isNaN(till.known.openedAt) ? "looking" : span === "today" ? "nothing_yet" : "nothing");
}

/** @param {Payment[]} payments */
function drawSums(payments) {
  const { payee, till } = thisTill();
  const none = { amount: noAmount(payee.digits), n: 0 };
  const sums = sumsOf(payments);
  if (!sums.length && payee.currency) sums.push({ currency: payee.currency, confirmed: none, said: none });
  const lastSeen = timeText(till.watch.isBlind ? thisTill().storage.load("seen") || clockNow() : clockNow());
  $("sums").textContent = "";
  for (const { currency, confirmed, said } of sums) {
    for (const [kind, sum, count] of /** @type {const} */ ([["confirmed", confirmed, "payments"], ["said", said, "wait"]])) {
      const title = element("h2", stateMark(kind), say(kind));
      const small = till.watch.isBlind ? say("as_of", { time: lastSeen }) : say(count, { n: sum.n });
      const box = element("div", title, amountLine({ amount: sum.amount, currency }), element("small", small));
      box.className = kind;
      $("sums").append(box);
    }
  }
}

/** @param {number} ms @param {Payment[]} payments of that day */
function dayRow(ms, payments) {
  const sums = sumsOf(payments).map(({ currency, confirmed, said }) =>
    `${say("confirmed")} ${moneyText({ ...confirmed, currency })} · ${say("said")} ${moneyText({ ...said, currency })}`);
  const row = element("li", element("h3", dayName(ms)), ...sums.map((sum) => element("small", sum)));
  row.className = "day";
  return row;
}

/** @param {Payment} payment @param {(payment: Payment) => void} onPick */
function paymentRow(payment, onPick) {
  const { payment_id, payer_id, reason, method } = payment;
  const status = statusOf(payment);
  const state = status === "claimed" ? "said" : status;
  const sum = element("b", moneyText(payment));
  sum.style.setProperty("--n", String(sum.textContent.length));
  // A reason may be longer than its line; the way it was paid stands before it, and stays.
  const about = element("small", methodName(method), reason && method ? " · " : "", element("bdi", reason));
  about.className = "name";
  const who = isCashTaken(payment) ? methodName(method) : payer_id;
  const middle = element("span", sum, nameLine(who, "name who"), about);
  const time = momentText(isLate(payment) ? mintedAt(payment_id) : Date.parse(payment.recorded_at));
  const end = element("span", codeTag(payment_id), element("small", time), element("small", nameLine(stateText(payment))));
  end.className = "end";
  const button = element("button", stateMark(state), middle, end);
  button.className = `row ${state}`;
  button.id = `row-${payment_id}`;
  button.onclick = () => onPick(payment);
  return element("li", button);
}

/** @param {Payment} payment */
export function stateText(payment) {
  if (thisTill().till.outbox.isPending(payment.payment_id)) return say("still_sending");
  const last = lastStanding(payment.events);
  if (!last) return say(isLate(payment) ? "says_paid_late" : "says_paid");
  if (last.status === "reversed") return whyText(last.why);
  const time = momentText(Date.parse(last.recorded_at));
  return isMine(last.by) ? say("you_at", { time }) : say("label_at", { label: last.by, time });
}
