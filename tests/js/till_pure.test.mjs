import assert from "node:assert/strict";
import test from "node:test";
import { addItems, isNothing, pressKey, typedAmount } from "../../templates/js/till/keypad.js";
import { parseTillLink } from "../../templates/js/till/keys.js";
import { dueLook, LOOKS, pauseMs, retryMs } from "../../templates/js/till/pace.js";
import { gathered, spelledCode, spokenName } from "../../templates/js/till/speech.js";
import { addAmounts, dayBefore, dayOf, inSpan, searched, sumsOf } from "../../templates/js/till/sums.js";

const KEY = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const made = (/** @type {any} */ fields) => ({
  payment_id: "01KJKBWN7VZ8Z1T7Q0ZJ5S9G4M", payee_id: "m", payer_id: "Asha", amount: "50.00", currency: "INR", reason: "",
  method: null, bank_reference: null, recorded_at: "2026-03-01T12:00:00.000Z", events: [], ...fields,
});
const became = (/** @type {string[]} */ ...statuses) =>
  ({ events: statuses.map((status) => ({ status, by: "", why: "", recorded_at: "" })) });

test("amounts are added to the last digit, whatever their size", () => {
  assert.equal(addAmounts("0.00", "50.00"), "50.00");
  assert.equal(addAmounts("0.05", "0.05"), "0.10");
  assert.equal(addAmounts("999.99", "0.01"), "1000.00");
  assert.equal(addAmounts("7", "8"), "15");
  let sum = "0.000";
  let exact = 0n;
  for (let i = 1; i <= 2000; i++) {
    const minor = (BigInt(i) * 987654321987n) % 10n ** 15n;
    const text = minor.toString().padStart(4, "0");
    sum = addAmounts(sum, `${text.slice(0, -3)}.${text.slice(-3)}`);
    exact += minor;
  }
  assert.equal(sum.replace(".", ""), exact.toString());
});

test("what came and what was said stay apart, by currency; what didn't come is in neither", () => {
  const payments = [
    made({}), made({ amount: "20.50", ...became("confirmed") }), made({ ...became("reversed") }),
    made({ ...became("confirmed", "undone") }), made({ amount: "7", currency: "JPY" }),
  ];
  assert.deepEqual(sumsOf(payments), [
    { currency: "INR", confirmed: { amount: "20.50", n: 1 }, said: { amount: "100.00", n: 2 } },
    { currency: "JPY", confirmed: { amount: "0", n: 0 }, said: { amount: "7", n: 1 } },
  ]);
  assert.deepEqual(sumsOf([]), []);
});

test("days are this device's own, and a payment counts on the day it was recorded", () => {
  const noon = new Date(2026, 2, 1, 12).getTime();
  assert.equal(dayOf(noon), "2026-03-01");
  assert.equal(dayBefore(noon, 1), "2026-02-28");
  const at = (/** @type {number} */ ms) => made({ recorded_at: new Date(ms).toISOString() });
  const payments = [
    at(new Date(2026, 2, 1, 0, 0).getTime()), at(new Date(2026, 1, 28, 23, 59).getTime()),
    at(new Date(2026, 1, 23, 0, 0).getTime()), at(new Date(2026, 1, 22, 23, 59).getTime()),
  ];
  assert.deepEqual(inSpan(payments, "today", noon), payments.slice(0, 1));
  assert.deepEqual(inSpan(payments, "yesterday", noon), payments.slice(1, 2));
  assert.deepEqual(inSpan(payments, "week", noon), payments.slice(0, 3));
});

test("a search finds people's spelling of anything", () => {
  const payments = [made({ reason: "2 kg Tomatoes", bank_reference: "437276589036" })];
  for (const query of ["asha", "50", "kg tom", "S9G4 M", "4372 7658", ""]) assert.equal(searched(payments, query).length, 1, query);
  assert.equal(searched(payments, "Ravi").length, 0);
});

test("the keypad lets nobody type what is no amount", () => {
  const typed = (/** @type {string} */ keys, digits = 2) => keys.split(" ").reduce((text, key) => pressKey(text, key, digits), "");
  assert.equal(typed("1 2 0"), "120");
  assert.equal(typed("0 0 5"), "5");
  assert.equal(typed(". 5 0 7"), "0.50");
  assert.equal(typed("1 . . 5"), "1.5");
  assert.equal(typed("1 . 5 back back"), "1");
  assert.equal(typed("back"), "");
  assert.equal(typed("5 . 1", 0), "51");
  assert.equal(typed("9 ".repeat(20).trim()).length, 12);
  assert.equal(typedAmount("", 2), "0.00");
  assert.equal(typedAmount("12.", 2), "12.00");
  assert.equal(typedAmount("12", 0), "12");
  assert.ok(isNothing("0.00") && !isNothing("0.01"));
});

test("goods add up, and are named as long as a reason holds them", () => {
  const tea = { name: "Tea", price: "10.50" };
  const bun = { name: "Bun", price: "5.00" };
  assert.deepEqual(addItems(new Map([[tea, 2], [bun, 1]]), 2), { amount: "26.00", reason: "2 × Tea, Bun" });
  assert.deepEqual(addItems(new Map(), 2), { amount: "0.00", reason: "" });
  const long = new Map(Array.from({ length: 9 }, (_, n) => [{ name: `${n}`.repeat(30), price: "1.00" }, 1]));
  const { amount, reason } = addItems(long, 2);
  assert.equal(amount, "9.00");
  assert.ok(Array.from(reason).length <= 140 && reason.endsWith(", …"));
});

test("a till's link is a payee and a key; anything else is none", () => {
  assert.deepEqual(parseTillLink(`#mahantesh.${KEY}`), { payee_id: "mahantesh", key: KEY });
  assert.deepEqual(parseTillLink(`#m-1.${KEY.toLowerCase()}`), { payee_id: "m-1", key: KEY.toLowerCase() });
  for (const bad of ["", "#", `#${KEY}`, `#../x.${KEY}`, `#m.${KEY}<`, `#m.${KEY.slice(1)}`, "#%"]) assert.equal(parseTillLink(bad), undefined);
});

test("a name is spoken if it can be nothing but a name", () => {
  const claims = ["Confirmed"];
  for (const name of ["Asha", "Ravi Kumar", "O’Neill", "Ana-María", "ಆಶಾ", "شيرين", "आशा"]) assert.equal(spokenName(name, claims), name);
  for (const name of ["Confirmed 500 rupees", "confirmed", "500", "₹50", "Asha, confirmed", "ＣＯＮＦＩＲＭＥＤ", "A".repeat(31)]) {
    assert.equal(spokenName(name, claims), "");
  }
  assert.equal(spelledCode("01KJKBWN7VZ8Z1T7Q0ZJ5S9G4M"), "9, G, 4, M");
});

test("many at once are counted, a few are told one by one", () => {
  const news = ["said", "said", "confirmed", "late"].map((kind) => ({ kind }));
  assert.deepEqual(gathered(news, 3), { single: [], counts: { said: 2, confirmed: 1, late: 1 } });
  assert.deepEqual(gathered(news, 4), { single: news, counts: {} });
});

test("it asks every 2 s after something happened, and every 15 s in quiet", () => {
  assert.equal(pauseMs(0, 0.5), 2000);
  assert.equal(pauseMs(-60_000, 0.5), 2000);
  assert.equal(pauseMs(15_000, 0.5), 2000);
  assert.equal(pauseMs(45_000, 0.5), 15_000);
  assert.equal(pauseMs(36_000_000, 0.5), 15_000);
  assert.ok(pauseMs(0, 0) >= 1800 && pauseMs(0, 1) <= 2200);
  for (let quiet = 0; quiet < 200_000; quiet += 500) assert.ok(pauseMs(quiet, 0.5) <= pauseMs(quiet + 500, 0.5));
});

test("it waits as long as it is asked to, and after failures never longer than in quiet", () => {
  assert.equal(retryMs(1, 0, 0.5), 2000);
  assert.equal(retryMs(9, 0, 0.5), 15_000);
  assert.equal(retryMs(1, 60_000, 0.5), 60_000);
});

test("looks leave no gap: each reaches further back than the next one waits", () => {
  LOOKS.slice(1).forEach(({ everyMs }, place) => assert.ok(LOOKS[place].reachMs > 2 * everyMs));
  assert.equal(dueLook(LOOKS.map(() => -Infinity), 0), LOOKS.length - 1);
  assert.equal(dueLook([0, 0, 0, 0], 59_999), 0);
  assert.equal(dueLook([0, 0, 0, 0], 60_000), 1);
  assert.equal(dueLook([0, 0, 0, 0], 300_000), 2);
});
