// The payer's page: form → sending → receipt.

import { isLess, parseAmount } from "./amount.js";
import { Outbox } from "./outbox.js";
import { mintPaymentId } from "./payment_id.js";
import { backoffMs, sendPayment } from "./sending.js";

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement | null} */ ($("form"));
if (form) start(form);

/** @param {HTMLFormElement} form */
function start(form) {
  const { payeeId, api, currency, digits, min, max } = /** @type {Record<string, string>} */ (form.dataset);
  const inputs = /** @type {Record<string, HTMLInputElement>} */ (
    Object.fromEntries(["amount", "payer_id", "reason"].map((name) => [name, $(name)]))
  );
  const outbox = new Outbox(payeeId);
  let stopped = false;
  let wake = () => {};
  let abort = new AbortController();

  preset(location.hash);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = readFields();
    if (fields) deliver({ payment_id: newId(Date.now()), fields, unanswered: false });
  });
  for (const chip of form.querySelectorAll("button[value]")) {
    chip.addEventListener("click", () => {
      inputs.amount.value = /** @type {HTMLButtonElement} */ (chip).value;
      showFieldError("amount", "");
    });
  }
  for (const [name, input] of Object.entries(inputs)) {
    input.addEventListener("input", () => showFieldError(name, ""));
  }
  $("try-now").addEventListener("click", () => wake());
  addEventListener("online", () => wake());
  $("stop").addEventListener("click", () => {
    const warning = "This payment may already be recorded. Ask the payee before you record it again. Stop trying?";
    stopped = confirm(warning);
    if (stopped) {
      abort.abort();
      wake();
    }
  });
  $("another").addEventListener("click", () => {
    form.reset();
    begin();
    inputs.amount.focus();
  });
  begin();

  /** Finish what is on its way before anything new. */
  function begin() {
    const pending = outbox.oldest();
    if (pending) deliver(pending);
    else show("form");
  }

  /** @param {import("./outbox.js").Pending} pending */
  async function deliver(pending) {
    stopped = false;
    showPayment(pending.fields);
    showUnconfirmed(pending.unanswered);
    show("sending");
    for (let attempt = 0; !stopped; attempt++) {
      const retried = pending.unanswered;
      pending.unanswered = true; // until this attempt is answered, also if the tab dies meanwhile
      $("storage-refused").hidden = outbox.save(pending);
      abort = new AbortController();
      const url = `${api}/payees/${payeeId}/payments/${pending.payment_id}`;
      const answer = await sendPayment(url, pending, abort);
      if (answer.kind !== "unknown") outbox.remove(pending);
      if (answer.kind === "recorded") return finish(answer.payment);
      if (answer.kind === "refused") {
        if (answer.problem.code === "clock-skew" && !retried) {
          pending.payment_id = newId(Date.parse(answer.problem.now));
          pending.unanswered = false;
          continue;
        }
        return refuse(answer.problem, pending.fields);
      }
      showUnconfirmed(true);
      announce("Not confirmed yet, we keep trying.");
      if (stopped) break;
      await sleep(Math.max(answer.retryAfterMs, backoffMs(attempt, Math.random())));
    }
    outbox.remove(pending);
    show("form");
    showFormError("We stopped before the payment was confirmed. Ask the payee whether it is recorded.");
  }

  /** @param {boolean} unconfirmed whether an attempt got no definite answer */
  function showUnconfirmed(unconfirmed) {
    $("sending-title").textContent = unconfirmed ? "Not confirmed yet" : "Recording…";
    $("unconfirmed").hidden = !unconfirmed;
  }

  /** @param {any} payment the API's document */
  function finish(payment) {
    showPayment(payment);
    const reference = $("receipt").querySelector("[data-show=reference]");
    reference?.replaceChildren(
      ...payment.reference.match(/.{1,5}/g).map((/** @type {string} */ group) => {
        const span = document.createElement("span");
        span.textContent = group;
        return span;
      }),
    );
    show("receipt");
    announce("Payment recorded");
  }

  /**
   * @param {any} problem
   * @param {import("./outbox.js").Fields} fields
   */
  function refuse(problem, fields) {
    for (const [name, input] of Object.entries(inputs)) input.value ||= fields[/** @type {keyof typeof fields} */ (name)];
    show("form");
    const others = [];
    for (const { pointer, detail } of problem.errors ?? []) {
      if (Object.hasOwn(inputs, pointer.slice(1))) showFieldError(pointer.slice(1), `${detail[0].toUpperCase()}${detail.slice(1)}.`);
      else others.push(detail);
    }
    if (problem.errors && !others.length) focusFirstError();
    else showFormError(`Not recorded: ${[problem.title, ...others].join("; ")}.`);
  }

  /** @returns {import("./outbox.js").Fields | null} */
  function readFields() {
    showFormError("");
    const clean = (/** @type {string} */ text) => text.normalize("NFC").trim();
    const amount = parseAmount(inputs.amount.value, Number(digits));
    const payer_id = clean(inputs.payer_id.value);
    const reason = clean(inputs.reason.value);
    showFieldError("amount", amountError(amount));
    showFieldError("payer_id", payer_id ? tooLong(payer_id, 64) : "Enter your name.");
    showFieldError("reason", tooLong(reason, 140));
    return focusFirstError() || amount === null ? null : { payer_id, amount, currency, reason };
  }

  /** @param {string | null} amount */
  function amountError(amount) {
    const example = Number(digits) ? `50 or 50.${"50".padEnd(Number(digits), "0").slice(0, Number(digits))}` : "50";
    if (!inputs.amount.value.trim()) return "Enter the amount.";
    if (amount === null) return `Write the amount like ${example}.`;
    if (isLess(amount, min)) return `The amount must be at least ${min} ${currency}.`;
    if (isLess(max, amount)) return `The amount must be at most ${max} ${currency}.`;
    return "";
  }

  /** @param {string} text @param {number} most */
  function tooLong(text, most) {
    const length = [...text].length;
    return length > most ? `At most ${most} characters, not ${length}.` : "";
  }

  /** @param {string} name @param {string} message */
  function showFieldError(name, message) {
    const error = $(`${name}-error`);
    error.textContent = message;
    error.hidden = !message;
    inputs[name].setAttribute("aria-invalid", String(Boolean(message)));
  }

  function focusFirstError() {
    const invalid = Object.values(inputs).find((input) => input.getAttribute("aria-invalid") === "true");
    invalid?.focus();
    return Boolean(invalid);
  }

  /** @param {string} message */
  function showFormError(message) {
    $("form-error").textContent = message;
    $("form-error").hidden = !message;
    if (message) $("form-error").focus();
  }

  /** @param {Record<string, string>} payment fields of the request or the API's document */
  function showPayment(payment) {
    const shown = {
      amount: `${payment.amount} ${payment.currency}`,
      payer_id: payment.payer_id,
      reason: payment.reason || "–",
      time: payment.recorded_at && new Date(payment.recorded_at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" }),
    };
    for (const [name, text] of Object.entries(shown)) {
      for (const place of document.querySelectorAll(`[data-show=${name}]`)) place.textContent = text;
    }
  }

  /** @param {"form" | "sending" | "receipt"} state */
  function show(state) {
    for (const id of ["form", "sending", "receipt"]) $(id).hidden = id !== state;
    document.body.dataset.state = state;
    if (state !== "form") $(state).focus();
  }

  /** @param {string} text for screen readers */
  function announce(text) {
    $("status").textContent = text;
  }

  /** @param {string} hash the link's fragment: #amount=50&reason=Lunch */
  function preset(hash) {
    for (const [name, value] of new URLSearchParams(hash.slice(1))) {
      if (Object.hasOwn(inputs, name) && !inputs[name].readOnly) inputs[name].value = value;
    }
  }

  /** @param {number} milliseconds */
  function newId(milliseconds) {
    return mintPaymentId(milliseconds, crypto.getRandomValues(new Uint8Array(16)));
  }

  /** @param {number} milliseconds */
  function sleep(milliseconds) {
    return new Promise((resolve) => {
      wake = () => resolve(undefined);
      setTimeout(wake, milliseconds);
    });
  }
}
