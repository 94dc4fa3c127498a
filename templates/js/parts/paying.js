// Ways to pay: choosing one, what to open, scan or copy, and what the payer says on coming back. Only
// pages of payees with accounts have it. No money moves here, and nothing is known of the bank.

import { removeOpened, saveOpened } from "../kept.js";
import { $, announce, currentView, element, fill, inputOf, onClick, showValues, toggle } from "../dom.js";
import { typedPaymentId } from "../form.js";
import { decimalMark } from "../money.js";
import { localeNow, say } from "../page_language.js";
import { loadPart } from "../parts.js";
import { ask } from "../question.js";
import { RAILS } from "../rails.js";
import { wayOf } from "../ways.js";
import { codeOf, timeOf } from "../words.js";
import { currentSaid, go, goToForm } from "./payment.js";

/**
 * @typedef {import("../kept.js").Said} Said
 * @typedef {import("../rails.js").Account} Account
 */

/** Browsers inside other apps: there a link to a bank app leads to an error page, if anywhere. */
const INSIDE_AN_APP = /; wv\)|FBA[NV]|Instagram|Line\/|MicroMessenger|Snapchat|TikTok/;
const OPENING_MS = 2000;
const IDLE_MS = 1000; // the page has what it needs at once by then

/** @type {Account[]} */
const accounts = JSON.parse($("pay-by").textContent || "").filter((/** @type {Account} */ { rail }) => RAILS[rail]);
/** The payer went to the bank app by a link, and was not asked about it yet. */
let isAway = false;

const WAYS = `<h2 tabindex="-1" data-t="how"></h2><p class="amount" data-show="amount"></p><p class="soft" data-show="from"></p>
<div id="rails"></div><button id="change-fields" class="wide" data-t="change_fields"></button><p class="hint" data-t="pay_there"></p>`;
const WAY = `<div class="row"><h2 id="way-title" tabindex="-1"></h2><p class="amount" data-show="amount"></p></div><p id="holder"></p>
<div id="links"></div><p id="no-app" class="notice" role="status" data-t="no_app" hidden></p><ul id="rows"></ul>
<button id="paid" data-t="i_paid"></button><button id="show-qr" class="wide" data-t="show_qr"></button><div id="qr" role="status"></div>
<button id="another-way" class="wide quiet" data-t="another_way"></button>`;
const RETURN = `<h2 tabindex="-1" data-show="did_you"></h2><p class="amount" data-show="amount"></p><p class="soft" data-show="opened"></p>
<button id="yes-paid" class="primary" data-t="yes_paid"></button><button id="not-yet" class="wide" data-t="not_yet"></button>
<button id="forget-it" class="wide quiet" data-t="forget_it"></button><p class="hint" data-t="only_you"></p>`;
const BANK = `<p class="soft" data-show="by"></p><div id="bank-field" class="field"><p class="row"><label for="bank_reference" data-t="bank_number"></label><span class="hint" data-t="optional"></span></p>
<div class="row"><input id="bank_reference" autocomplete="off" autocapitalize="characters" aria-describedby="bank-hint bank-error"><button id="paste" data-t="paste"></button></div>
<p id="bank-hint" class="hint"></p><p id="bank-error" class="error" role="alert" hidden></p></div>`;

export function startPaying() {
  $("ways").innerHTML = WAYS;
  $("way").innerHTML = WAY;
  $("return").innerHTML = RETURN;
  $("bank").innerHTML = BANK;
  onClick("change-fields", () => history.back());
  onClick("paid", () => {
    leave();
    go("review");
  });
  onClick("yes-paid", () => go("review"));
  onClick("not-yet", () => go("way", true));
  onClick("another-way", () => go("ways"));
  onClick("show-qr", showCode);
  onClick("forget-it", async () => {
    const said = currentSaid();
    if (!said || !(await ask(say("forget_it"), [say("forget_ask")], say("forget_it"), say("keep_it")))) return;
    removeOpened(said);
    typedPaymentId("");
    goToForm();
  });
  onClick("paste", async () => {
    inputOf("bank_reference").value = await navigator.clipboard.readText().catch(() => "");
  });
  document.addEventListener("visibilitychange", () => {
    if (currentView() !== "way") return;
    if (document.hidden) leave();
    else if (isAway) go("return", true);
    if (!document.hidden) isAway = false;
  });
  if (accounts.some(({ rail }) => rail !== "cash")) setTimeout(fetchEncoder, IDLE_MS);
}

/** One way needs no choice. */
export function startToPay() {
  if (accounts.length > 1) go("ways");
  else chooseAccount(0);
}

export function drawPaying() {
  const said = currentSaid();
  const view = currentView();
  if (!said) return;
  const { fields, payee_name: payee } = said;
  const way = wayOf(fields.method);
  if (view === "ways") fill("rails", ...accounts.map((account, index) => wayButton(said, account, index)));
  if (view === "way") drawWay(said, way);
  if (view === "return") {
    showValues({
      did_you: say("did_you", { payee }),
      opened: `${say("opened", { way, time: timeOf(said) })} · ${say("code_is", { code: codeOf(said) })}`,
    });
  }
  const account = accountOf(said);
  toggle("bank-field", Boolean(account && RAILS[account.rail].asksBankNumber));
  toggle("paste", Boolean(navigator.clipboard && "readText" in navigator.clipboard));
  $("bank-hint").textContent = say(fields.method === "upi" ? "upi_number_hint" : "bank_number_hint", { payee });
  showValues({ by: way && say("by_way", { way }) });
}

/**
 * The bank's number that the payer typed goes into the payment.
 *
 * @param {Said} said
 * @returns {boolean} false if it can't be one, which is shown
 */
export function takeBankNumber({ fields }) {
  delete fields.bank_reference;
  const number = inputOf("bank_reference").value.toUpperCase().replace(/[\s/-]/g, "");
  const isUpi = fields.method === "upi";
  const isRight = !number || (isUpi ? /^\d{12}$/ : /^[A-Z0-9]{4,35}$/).test(number);
  toggle("bank-error", !isRight);
  $("bank-error").textContent = say(isUpi ? "upi_number_wrong" : "bank_number_wrong");
  inputOf("bank_reference").setAttribute("aria-invalid", String(!isRight));
  if (!isRight) inputOf("bank_reference").focus();
  else if (number && !$("bank-field").hidden) fields.bank_reference = number;
  return isRight;
}

/** @param {number} index of the account */
function chooseAccount(index) {
  const said = currentSaid();
  if (!said) return;
  said.account = index;
  said.fields.method = accounts[index].rail;
  inputOf("bank_reference").value = "";
  go(said.fields.method === "cash" ? "review" : "way");
}

/** The account that a payment goes to, also if the payee's have changed. @param {Said} said */
function accountOf({ account = -1, fields: { method } }) {
  const chosen = accounts[account];
  return chosen && chosen.rail === method ? chosen : accounts.find(({ rail }) => rail === method);
}

/** The device keeps it before the payer leaves. */
function leave() {
  const said = currentSaid();
  if (!said) return;
  said.opened = said.opened || Date.now();
  saveOpened(said);
  $("paid").className = "primary";
  for (const link of $("links").children) link.className = "button wide";
}

/** @param {Said} said @param {Account} account @param {number} index */
function wayButton(said, account, index) {
  const { rail } = account;
  const how = say(rail === "upi" && !linksOf(said, account).length ? "rail_upi_code_how" : `rail_${rail}_how`);
  const button = element("button", element("span", element("b", wayOf(rail)), element("small", how)));
  button.onclick = () => chooseAccount(index);
  return button;
}

/** What opens the bank's app on this phone, in this browser. @param {Said} said @param {Account} account */
function linksOf(said, account) {
  const isInside = INSIDE_AN_APP.test(navigator.userAgent);
  return RAILS[account.rail].links(account, railPayment(said), platform()).filter(({ href }) => /^https/.test(href) || !isInside);
}

/** @param {Said} said @param {string} way */
function drawWay(said, way) {
  const account = accountOf(said);
  if (!account) return go("ways", true);
  const { rows, codeText } = RAILS[account.rail];
  const payment = railPayment(said);
  $("way-title").textContent = say("pay_by", { way });
  $("holder").textContent = account.holder ? say("check_holder", { holder: account.holder }) : "";
  const shown = linksOf(said, account);
  fill("links", ...shown.map(({ label, href }, index) => {
    const link = /** @type {HTMLAnchorElement} */ (element("a", label || say(account.rail === "upi" ? "upi_open" : "link_open")));
    link.href = href;
    link.className = `button ${index || said.opened ? "wide" : "primary"}`;
    link.onclick = () => {
      leave();
      isAway = true;
      setTimeout(() => toggle("no-app", !document.hidden), OPENING_MS);
    };
    return link;
  }));
  toggle("no-app", false);
  fill("rows", ...rows(account, payment).map(copyRow));
  $("paid").className = said.opened || !shown.length ? "primary" : "wide";
  fill("qr");
  toggle("show-qr", Boolean(codeText(account, payment)));
  toggle("another-way", accounts.length > 1);
}

/** @param {{key: string, text: string, copy: string}} row */
function copyRow(row) {
  const { key, text, copy } = row.key === "row_amount" ? { ...row, ...localAmount(row.text) } : row;
  const button = /** @type {HTMLButtonElement} */ (element("button", say("copy")));
  button.setAttribute("aria-label", say("copy_row", { row: say(key) }));
  const shown = element("b", text);
  shown.dir = "ltr";
  button.onclick = async () => {
    leave();
    if (navigator.clipboard) await navigator.clipboard.writeText(copy);
    else {
      /** @type {Selection} */ (getSelection()).selectAllChildren(shown);
      document.execCommand("copy");
    }
    button.textContent = say("copied");
    button.removeAttribute("aria-label");
    announce(say("copied"));
  };
  return element("li", element("span", element("small", say(key)), shown), button);
}

/**
 * As one types or pastes it into a bank app of this language: 12.50 is 1250 to some that write 12,50.
 *
 * @param {string} amount
 */
function localAmount(amount) {
  const mark = decimalMark(localeNow());
  const text = /[.,]/.test(mark) ? amount.replace(".", mark) : amount;
  return { text, copy: text };
}

/** Before it is asked for: the phone may have no network then. */
function fetchEncoder() {
  loadPart("qr").catch(() => {}); // asked for, it is tried again
}

async function showCode() {
  const said = currentSaid();
  const account = said && accountOf(said);
  if (!said || !account) return;
  leave();
  try {
    const { drawQr } = await loadPart("qr");
    const svg = drawQr(RAILS[account.rail].codeText(account, railPayment(said)), say("show_qr"));
    const save = element("button", say("save_image"));
    save.className = "wide";
    save.onclick = () => saveImage(svg, `${codeOf(said)}.png`);
    fill("qr", svg, element("p", say(account.rail === "upi" ? "upi_scan" : "bank_scan")), save);
  } catch {
    fill("qr", element("p", say("no_qr")));
  }
}

/** Bank apps open codes from the phone's pictures. @param {SVGSVGElement} svg @param {string} name */
function saveImage(svg, name) {
  const picture = new Image();
  picture.onload = () => {
    const canvas = /** @type {HTMLCanvasElement} */ (element("canvas"));
    canvas.width = canvas.height = 960;
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.imageSmoothingEnabled = false;
    context.drawImage(picture, 0, 0, 960, 960);
    const link = /** @type {HTMLAnchorElement} */ (element("a"));
    link.download = name;
    link.href = canvas.toDataURL();
    link.click();
  };
  svg.setAttribute("width", "960");
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  svg.removeAttribute("width");
}

/** @param {Said} said */
function railPayment({ fields: { amount, currency, reason }, payment_id, payee_name }) {
  return { amount, currency, payment_id, payee_name, reason };
}

function platform() {
  const { userAgent, platform: system, maxTouchPoints } = navigator;
  const isIos = /iPhone|iPad|iPod/.test(userAgent) || (system === "MacIntel" && maxTouchPoints > 1);
  return isIos ? "ios" : /Android/.test(userAgent) ? "android" : "";
}
