import assert from "node:assert/strict";
import test from "node:test";
import { mintPaymentId } from "../../templates/js/payment_id.js";
import { statusOf } from "../../templates/js/till/states.js";
import { sumsOf } from "../../templates/js/till/sums.js";
import { chance, MarketApi, phone, VirtualTime } from "../../testkit/till_market.mjs";

const EPOCH = Date.parse("2026-03-01T04:00:00Z");
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const bytes = (/** @type {() => number} */ random) => Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
const times = (/** @type {any[]} */ list, /** @type {any} */ wanted) => list.filter((one) => one === wanted).length;

/** What it was, one after the other. @param {any} payment */
function statesOf({ events }) {
  const states = events.map((/** @type {any} */ _, /** @type {number} */ place) => statusOf({ events: events.slice(0, place + 1) }));
  return states.filter((/** @type {string} */ state, /** @type {number} */ place) => state !== states[place - 1]);
}

/** @param {number} seed */
async function marketDay(seed) {
  const random = chance(seed);
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  const day = { isOver: false };
  const outages = Array.from({ length: 2 }, () => Array.from({ length: 12 }, () => {
    const from = random() * 6 * HOUR;
    return [from, from + random() * 20 * MINUTE];
  }));
  const phones = outages.map((times, place) => phone(api, {
    label: `till ${place}`,
    random: chance(seed * 7 + place),
    clockOff: (place ? -1 : 1) * random() * 5 * DAY,
    network: () => ({
      isUp: day.isOver || !times.some(([from, to]) => time.now >= from && time.now < to),
      ms: 20 + random() * (random() < 0.05 ? 9000 : 400),
      arrives: day.isOver || random() > 0.1,
      returns: day.isOver || random() > 0.1,
    }),
  }));

  // A thousand payments in random order: of clocks that are wrong, and of phones long without a network.
  for (let i = 0; i < 1000; i++) {
    const at = 1000 + random() * 6 * HOUR;
    const kind = random();
    const age = kind < 0.8 ? random() * 2 * MINUTE : kind < 0.9 ? (random() * 40 - 20) * HOUR : random() * 30 * DAY;
    const payment_id = mintPaymentId(EPOCH + at - age, bytes(random));
    time.after(at, () => api.record({ payment_id, payer_id: `payer ${i}`, amount: `${1 + (i % 90)}.00` }));
    if (random() < 0.15) { // the treasurer, at the desk
      time.after(at + random() * 3 * HOUR, () => {
        const { events } = api.payments.get(payment_id);
        api.note(payment_id, events.length + 1, random() < 0.8 ? "confirmed" : "reversed", "treasurer", "statement");
      });
    }
  }
  const decided = /** @type {string[]} */ ([]);
  for (const one of phones) {
    one.onNews.act = (payment) => {
      const press = (/** @type {any} */ status) => () => {
        const shown = one.till.known.find(payment.payment_id);
        if (day.isOver || !shown || (status === "undone" ? statusOf(shown) === "claimed" : statusOf(shown) !== "claimed")) return;
        const why = `${status} by ${one.label} ${decided.length}`;
        decided.push(why);
        one.till.act(shown, status, why);
      };
      if (random() < 0.5) time.after(random() * 2 * MINUTE, press(random() < 0.85 ? "confirmed" : "reversed"));
      if (random() < 0.1) time.after(2 * MINUTE + random() * MINUTE, press("undone"));
    };
    for (let i = 0; i < 20; i++) time.after(random() * 6 * HOUR, () => one.cash.add(one.till.takeCash({ amount: "7.00", currency: "INR", reason: "" }).payment_id));
    for (let i = 0; i < 15; i++) time.after(random() * 6 * HOUR, () => one.reload());
    for (let i = 0; i < 10; i++) {
      const from = random() * 5 * HOUR;
      time.after(from, () => one.till.watch.stop());
      time.after(from + random() * 30 * MINUTE, () => one.till.start());
    }
    one.till.start();
  }
  await time.pass(6.5 * HOUR);
  for (const { till } of phones) till.watch.stop();
  await time.pass(3 * HOUR); // at the desk they go on
  day.isOver = true;
  for (const { till } of phones) till.start();
  await time.pass(2 * HOUR + MINUTE);
  for (const { till } of phones) till.stop();
  return { api, phones, decided };
}

for (const seed of (process.env.SEEDS ?? "1").split(",").map(Number)) {
  test(`a thousand payments, two tills, outages and wrong clocks: nothing is missed, nothing is heard twice (${seed})`, async () => {
    const { api, phones, decided } = await marketDay(seed);
    const ledger = Array.from(api.payments.values());
    assert.equal(ledger.length, 1040); // with 20 in cash at each till
    assert.ok(decided.length > 500);
    for (const { till, heard, storage, cash } of phones) {
      const known = Object.fromEntries(till.known.payments);
      assert.deepEqual(known, Object.fromEntries(api.payments));
      assert.deepEqual(sumsOf(till.known.list()), sumsOf(ledger.sort((a, b) => b.recorded_at.localeCompare(a.recorded_at))));
      assert.equal(till.outbox.actions.length + storage.actions.size, 0);
      const kinds = new Map();
      for (const { kind, payment_id } of heard) kinds.set(payment_id, [...(kinds.get(payment_id) ?? []), kind]);
      for (const payment of ledger) {
        const told = kinds.get(payment.payment_id) ?? [];
        assert.ok(times(told, "said") + times(told, "late") <= 1, `${payment.payment_id}: ${told}`);
        for (const status of ["confirmed", "reversed"]) {
          assert.ok(times(told, status) <= times(statesOf(payment), status), `${payment.payment_id}: ${told}`);
        }
        const isSettled = payment.events.some((/** @type {any} */ { status }) => status === "reversed"); // before it was seen
        assert.ok(told.length || isSettled || cash.has(payment.payment_id), payment.payment_id);
      }
    }
    // Each decision stands exactly once, or its till was told that it does not; or it was so already.
    const noted = ledger.flatMap(({ events }) => events.map((/** @type {any} */ { why }) => why));
    for (const why of decided) assert.ok(times(noted, why) <= 1, why);
    const silent = decided.filter((why) => !noted.includes(why) && !phones.some(({ dropped }) => dropped.includes(why)));
    for (const why of silent) assert.match(why, /^(confirmed|reversed|undone)/);
    assert.equal(phones.flatMap(({ dropped }) => dropped).filter((why) => noted.includes(why)).length, 0);
  });
}

test("while it is busy, a payment is heard within three seconds of its 201", async () => {
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  const random = chance(5);
  const { till, heard } = phone(api, { label: "t", random });
  till.start();
  for (let i = 0; i < 500; i++) {
    time.after(5000 + i * 9000 + random() * 5000, () => api.record({
      payment_id: mintPaymentId(api.now - 20_000, bytes(random)), payer_id: `${i}`, amount: "1.00",
    }));
  }
  await time.pass(2 * HOUR);
  till.stop();
  assert.equal(heard.length, 500);
  const waits = heard.map(({ payment_id, at }) => EPOCH + at - Date.parse(api.payments.get(payment_id).recorded_at)).slice(1);
  assert.ok(Math.max(...waits) <= 3000, `${Math.max(...waits)}`);
});

test("a till that is opened for the first time announces nothing that was there", async () => {
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  const random = chance(6);
  for (let i = 0; i < 450; i++) api.record({ payment_id: mintPaymentId(EPOCH - i * HOUR, bytes(random)), payer_id: `${i}`, amount: "1.00" });
  await time.pass(MINUTE);
  const one = phone(api, { label: "t", random });
  one.till.start();
  await time.pass(MINUTE);
  assert.equal(one.till.known.list().length, 450);
  assert.deepEqual(one.heard, []);
  api.record({ payment_id: mintPaymentId(api.now - 2 * DAY, bytes(random)), payer_id: "late", amount: "1.00" });
  await time.pass(6 * MINUTE);
  one.reload();
  await time.pass(6 * MINUTE);
  one.till.stop();
  assert.deepEqual(one.heard.map(({ kind }) => kind), ["late"]);
});

test("a key that opens nothing any more ends it, and what was not sent is counted", async () => {
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  const one = phone(api, { label: "t", random: chance(7) });
  one.till.start();
  await time.pass(MINUTE);
  api.isRevoked = true;
  one.till.takeCash({ amount: "1.00", currency: "INR", reason: "" });
  const { requests } = api;
  await time.pass(HOUR);
  assert.equal(one.done.closed, true);
  assert.equal(api.requests, requests);
});

test("what another till did first stands, and what was built on the other is dropped", async () => {
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  let isUp = true;
  const one = phone(api, { label: "t", random: chance(8), network: () => ({ isUp, ms: 10, arrives: true, returns: true }) });
  one.till.start();
  await time.pass(1000);
  const id = mintPaymentId(api.now, new Uint8Array(16));
  api.record({ payment_id: id, payer_id: "Asha", amount: "5.00" });
  await time.pass(5000);
  isUp = false;
  const shown = () => /** @type {any} */ (one.till.known.find(id));
  one.till.act(shown(), "confirmed");
  one.till.act(shown(), "undone"); // pressed by mistake
  assert.equal(statusOf(shown()), "claimed");
  api.note(id, 1, "confirmed", "treasurer", "statement");
  isUp = true;
  await time.pass(MINUTE);
  assert.deepEqual(api.payments.get(id).events.map((/** @type {any} */ { by }) => by), ["treasurer"]);
  assert.equal(statusOf(shown()), "confirmed");
  assert.equal(one.dropped.length, 1);
  assert.equal(one.till.outbox.actions.length, 0);
  one.till.stop();
});

test("what still means the same is sent with the next number", async () => {
  const time = new VirtualTime();
  const api = new MarketApi(time, EPOCH);
  let isUp = true;
  const one = phone(api, { label: "t", random: chance(9), network: () => ({ isUp, ms: 10, arrives: true, returns: true }) });
  one.till.start();
  const id = mintPaymentId(api.now, new Uint8Array(16));
  api.record({ payment_id: id, payer_id: "Asha", amount: "5.00" });
  await time.pass(5000);
  isUp = false;
  one.till.act(/** @type {any} */ (one.till.known.find(id)), "confirmed");
  const payment = api.payments.get(id);
  api.payments.set(id, { ...payment, payer_id: "erased", events: [{ status: "erased", by: "desk", why: "asked", recorded_at: payment.recorded_at }] });
  isUp = true;
  await time.pass(MINUTE);
  one.till.stop();
  assert.deepEqual(api.payments.get(id).events.map((/** @type {any} */ { status }) => status), ["erased", "confirmed"]);
  assert.deepEqual(one.dropped, []);
});
