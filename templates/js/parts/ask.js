// Asking for money: the keypad, the goods with prices, and the request that a payer scans. A part of the
// till, which is there without it.

import { isLess } from "../amount.js";
import { $, element, inputOf, onClick, toggle } from "../dom.js";
import { plainAmount } from "../money.js";
import { say } from "../page_language.js";
import { loadPart } from "../parts.js";
import { mintPaymentId } from "../payment_id.js";
import { tellOne } from "../till/ears.js";
import { clockNow, isOpen, setRequest, thisTill } from "../till/here.js";
import { addItems, isNothing, pressKey, typedAmount } from "../till/keypad.js";
import { amountLine, codeTag, decimalSign, moneyText, nameLine } from "../till/marks.js";
import { pickPayment } from "../till/one.js";
import { fetchPayee } from "../till/payee_page.js";
import { showTill } from "../till/screen.js";

const EXPECTED_MS = 60_000; // so long a shown request is worth asking often for

/** @typedef {import("../till/keypad.js").Item} Item */

let typed = "";
/** @type {Map<Item, number>} */
let chosen = new Map();
let drawnRequest = "";

export function startAsk() {
  for (const key of /** @type {NodeListOf<HTMLButtonElement>} */ ($("keys").querySelectorAll("button"))) {
    key.onclick = () => {
      chosen = new Map();
      typed = pressKey(typed, key.value, thisTill().payee.digits);
      drawKeypad();
    };
  }
  onClick("show-qr", askForMoney);
  onClick("got-cash", takeCash);
  onClick("cancel", () => {
    setRequest(undefined);
    showTill("keypad");
  });
  onClick("request-cash", () => {
    const { till, request } = thisTill();
    if (!request) return;
    showCash(till.takeCash(request));
  });
  onClick("add-item", addItem);
}

/** Whose till this is, and what they take. @param {() => void} onLearnt */
export async function learnPayee(onLearnt) {
  const { key } = thisTill();
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 15_000);
  const payee = await fetchPayee(`${$("main").dataset.home}${key.payee_id}/`, abort.signal);
  if (!payee || !isOpen() || thisTill().key !== key) return;
  if (!payee.currency) payee.currency = thisTill().payee.currency;
  thisTill().payee = payee;
  thisTill().storage.save("payee", payee);
  $("payee-name").textContent = payee.name;
  document.title = `${payee.name} · ${say("title")}`;
  onLearnt();
}

/** Which button comes next. @param {"ask" | "cash"} way */
export function preferWay(way) {
  $("show-qr").className = way === "ask" ? "primary" : "wide";
  $("got-cash").className = way === "cash" ? "primary" : "wide";
}

/** @returns {string} the amount, as the API writes it */
function amountNow() {
  const { digits, min, max } = thisTill().payee;
  if (min && min === max) return min;
  return chosen.size ? addItems(chosen, digits).amount : typedAmount(typed, digits);
}

export function drawKeypad() {
  const { payee, storage } = thisTill();
  const { currency, digits, min, max, status } = payee;
  const isReady = Boolean(currency) && status === "open";
  toggle("ask-form", isReady);
  toggle("ask-closed", !isReady);
  $("ask-closed").textContent = say(status === "closed" ? "closed" : "blind_text");
  if (!isReady) return;
  const amount = amountNow();
  const money = { amount, currency };
  const isOut = !isNothing(amount) && (isLess(amount, min) || isLess(max, amount));
  $("display").textContent = "";
  $("display").append(...amountLine(money).childNodes);
  $("display").style.setProperty("--n", String(moneyText(money).length));
  toggle("keys", min !== max);
  toggle("out-of-limits", isOut);
  const plain = (/** @type {string} */ one) => moneyText({ amount: one, currency });
  $("out-of-limits").textContent = say("limits", { min: plain(min), max: plain(max) });
  $("show-qr").textContent = isNothing(amount) ? say("show_qr_short") : say("show_qr", { amount: moneyText(money) });
  $("got-cash").textContent = isNothing(amount) ? say("rail_cash") : say("got_cash", { amount: moneyText(money) });
  for (const id of ["show-qr", "got-cash"]) /** @type {HTMLButtonElement} */ ($(id)).disabled = isOut || isNothing(amount);
  inputOf("reason").placeholder = say("what_for");
  $("point").textContent = decimalSign();
  toggle("point", digits > 0);
  drawItems(storage.load("items") || [], currency);
}

/** @param {Item[]} items @param {string} currency */
function drawItems(items, currency) {
  const buttons = items.map((item) => {
    const match = Array.from(chosen).filter(([one]) => one.name === item.name && one.price === item.price)[0];
    const count = match ? match[1] : 0;
    const text = `${count > 1 ? `${count} × ` : ""}${moneyText({ amount: item.price, currency })}`;
    const name = nameLine(item.name);
    name.dir = "auto"; // it is cut at its own end
    const button = element("button", name, " ", text);
    button.setAttribute("aria-pressed", String(count > 0));
    button.onclick = () => {
      typed = "";
      chosen.set(match ? match[0] : item, count + 1);
      inputOf("reason").value = addItems(chosen, thisTill().payee.digits).reason;
      drawKeypad();
    };
    return button;
  });
  $("items").textContent = "";
  $("items").append(...buttons);
  const removals = items.map((item) => {
    const button = element("button", say("remove"), " ", nameLine(item.name));
    button.className = "quiet bad";
    button.onclick = () => {
      thisTill().storage.save("items", items.filter((one) => one !== item));
      chosen = new Map();
      drawKeypad();
    };
    return element("li", button);
  });
  $("goods").textContent = "";
  $("goods").append(...removals);
}

function addItem() {
  const { payee, storage } = thisTill();
  const name = inputOf("item-name").value.normalize("NFC").trim().replace(/\s+/g, " ");
  const written = inputOf("item-price").value.trim().replace(/[,٫]/, ".");
  const isPrice = /^\d{1,12}(\.\d+)?$/.test(written) && (written.split(".")[1] || "").length <= payee.digits;
  const price = isPrice ? typedAmount(written, payee.digits) : "";
  if (!name) return inputOf("item-name").focus();
  if (!price || isNothing(price)) return inputOf("item-price").focus();
  storage.save("items", (storage.load("items") || []).concat({ name, price }));
  inputOf("item-name").value = inputOf("item-price").value = "";
  drawKeypad();
  inputOf("item-name").focus();
}

function askForMoney() {
  const { payee } = thisTill();
  const payment_id = mintPaymentId(clockNow(), crypto.getRandomValues(new Uint8Array(16)));
  setRequest({ payment_id, amount: amountNow(), currency: payee.currency, reason: reasonNow() });
  clearKeypad();
  showTill("request");
  drawRequest();
  thisTill().till.watch.happened(EXPECTED_MS);
}

function takeCash() {
  const { till, payee } = thisTill();
  const payment = till.takeCash({ amount: amountNow(), currency: payee.currency, reason: reasonNow() });
  clearKeypad();
  showCash(payment);
}

/** @param {import("../till/states.js").Payment} payment */
function showCash(payment) {
  setRequest(undefined);
  pickPayment(payment);
  showTill("payment");
  tellOne("confirmed", payment);
}

function reasonNow() {
  return inputOf("reason").value.normalize("NFC").trim().replace(/\s+/g, " ");
}

function clearKeypad() {
  typed = "";
  chosen = new Map();
  inputOf("reason").value = "";
  drawKeypad();
}

/** Where a payer's phone goes: the payee's page, filled in. @param {import("../till/here.js").Request} request */
function requestLink({ payment_id, amount, reason }) {
  const url = new URL(`${$("main").dataset.home}${thisTill().key.payee_id}/`, location.href);
  const query = [["amount", plainAmount(amount)], ["reason", reason], ["id", payment_id]];
  const filled = query.filter(([, value]) => value).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${url.href}#${filled.join("&")}`;
}

export async function drawRequest() {
  const { request } = thisTill();
  if (!request || drawnRequest === request.payment_id + document.documentElement.lang) return;
  drawnRequest = request.payment_id + document.documentElement.lang;
  const link = requestLink(request);
  const lines = [amountLine(request), nameLine(request.reason)];
  $("request-money").textContent = "";
  $("request-money").append(...lines);
  $("request-code").textContent = "";
  $("request-code").append(codeTag(request.payment_id));
  $("qr").textContent = "";
  const address = element("a", link);
  /** @type {HTMLAnchorElement} */ (address).href = link;
  try {
    const { drawQr } = await loadPart("qr");
    const picture = drawQr(link, say("scan_this"));
    if (thisTill().request === request) $("qr").append(picture);
  } catch {
    $("qr").append(address); // to show, or to send, where the encoder could not be had
  }
}
