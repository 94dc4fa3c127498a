import assert from "node:assert/strict";
import test, { mock } from "node:test";
import { backoffMs, Delivery, LONGEST_ANSWER_MS } from "../../templates/js/delivery.js";

mock.timers.enable({ apis: ["setTimeout", "Date"] });
const now = () => Date.now();

const RECORDED = { kind: "recorded", payment: {}, serverTime: NaN };
const UNKNOWN = { kind: "unknown", retryAfterMs: 0 };
const SKEW = { kind: "refused", problem: { code: "clock-skew", now: "2026-03-01T00:00:00Z" } };

const CLOSED = { kind: "refused", problem: { code: "payee-closed" } };
const sends = (/** @type {string[]} */ log) => log.filter((line) => line.startsWith("send")).length;

/** A delivery whose answers are given, and everything it did. */
function start(answers, { stored = true } = {}) {
  const log = [];
  const pending = { payment_id: "first", fields: {}, unanswered: false, stopped: false };
  const delivery = new Delivery(pending, {
    send: async ({ payment_id }) => {
      log.push(`send ${payment_id}`);
      return answers.shift() ?? new Promise(() => {});
    },
    save: ({ payment_id, unanswered, stopped }) => {
      log.push(`save ${payment_id}${unanswered ? " unanswered" : ""}${stopped ? " stopped" : ""}`);
      return stored;
    },
    remove: ({ payment_id }) => void log.push(`remove ${payment_id}`),
    newId: (now) => `minted-${now}`,
    random: () => 1,
    now,
    onProgress: (stored) => void log.push(`progress ${stored}`),
  });
  return { log, pending, delivery, outcome: delivery.run() };
}

async function settle() {
  for (let i = 0; i < 20; i++) await null;
}

test("a payment is kept before it is sent, and forgotten only after its answer", async () => {
  const { log, outcome } = start([RECORDED]);
  assert.equal(await outcome, RECORDED);
  assert.deepEqual(log, ["save first unanswered", "progress true", "send first", "remove first"]);
});

test("an unknown answer is followed by the same id, after a wait that grows", async () => {
  const { log, outcome } = start([UNKNOWN, UNKNOWN, RECORDED]);
  await settle();
  mock.timers.tick(999);
  await settle();
  assert.equal(log.filter((line) => line.startsWith("send")).length, 1);
  mock.timers.tick(1);
  await settle();
  mock.timers.tick(2000);
  assert.equal(await outcome, RECORDED);
  assert.deepEqual(log.filter((line) => line.startsWith("send")), ["send first", "send first", "send first"]);
});

test("Retry-After is waited for", async () => {
  const { log, outcome } = start([{ kind: "unknown", retryAfterMs: 9000 }, RECORDED]);
  await settle();
  mock.timers.tick(8999);
  await settle();
  assert.ok(!log.includes("remove first"));
  mock.timers.tick(1);
  assert.equal(await outcome, RECORDED);
});

test("nobody waits who wants to try now", async () => {
  const { delivery, outcome } = start([UNKNOWN, RECORDED]);
  await settle();
  delivery.tryNow();
  assert.equal(await outcome, RECORDED);
});

/** As `start`, but an answer "hangs" until the attempt is given up. */
function startHanging(answers) {
  const log = [];
  const delivery = new Delivery(
    { payment_id: "first", fields: {}, unanswered: false, stopped: false },
    {
      send: (_, signal) => {
        log.push("send");
        const answer = answers.shift();
        if (answer !== "hangs") return Promise.resolve(answer);
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve(UNKNOWN)));
      },
      save: () => true,
      remove: () => void log.push("remove"),
      newId: () => "new",
      random: () => 1,
      now,
      onProgress() {},
    },
  );
  return { log, delivery, outcome: delivery.run() };
}

test("who wants to try now waits for no answer that hangs, nor cuts off one that may be coming", async () => {
  const { log, delivery, outcome } = startHanging(["hangs", RECORDED]);
  delivery.tryNow();
  mock.timers.tick(1999);
  await settle();
  assert.deepEqual(log, ["send"], "a request that was just sent is given two seconds");
  mock.timers.tick(1);
  await settle();
  mock.timers.tick(0); // there is no further wait
  assert.equal(await outcome, RECORDED);
});

test("an attempt that was cut short may still be recorded: a refusal after it is not the last word", async () => {
  const { log, delivery, outcome } = startHanging(["hangs", CLOSED, RECORDED]);
  mock.timers.tick(5000);
  delivery.tryNow();
  mock.timers.tick(0);
  await settle();
  mock.timers.tick(0);
  await settle();
  assert.deepEqual(log, ["send", "send"]);
  mock.timers.tick(LONGEST_ANSWER_MS - 1);
  await settle();
  assert.deepEqual(log, ["send", "send"], "it was dropped, or asked again too early");
  mock.timers.tick(1);
  assert.equal(await outcome, RECORDED);
});

test("others see how it goes: how often it was tried, since when, and when the next try is", async () => {
  const { pending, outcome } = start([UNKNOWN, RECORDED]);
  const since = now();
  await settle();
  assert.deepEqual([pending.tries, pending.since, pending.next], [1, since, since + 1000]);
  mock.timers.tick(1000);
  await outcome;
  assert.deepEqual([pending.tries, pending.next], [2, 0]);
});

test("a tab that leaves it to another one changes nothing any more", async () => {
  const { log, delivery, outcome } = start([UNKNOWN]);
  await settle();
  const before = log.length;
  delivery.leave();
  assert.deepEqual(await outcome, { kind: "left" });
  assert.equal(log.length, before);
});

test("an attempt without any answer is given up and followed by another", async () => {
  const { log, delivery, outcome } = start([]);
  await settle();
  delivery.ports.send = async (_, signal) => (signal.aborted ? UNKNOWN : RECORDED);
  let aborted = false;
  delivery.abort.signal.addEventListener("abort", () => (aborted = true));
  mock.timers.tick(15_000);
  assert.ok(aborted);
  assert.equal(log.filter((line) => line.startsWith("send")).length, 1);
  void outcome;
});

test("a wrong clock mints a new id with the server's time, once", async () => {
  const { log, outcome, pending } = start([SKEW, SKEW]);
  assert.equal(await outcome, SKEW);
  assert.equal(pending.payment_id, `minted-${Date.parse(SKEW.problem.now)}`);
  assert.deepEqual(log.filter((line) => line.startsWith("send")), ["send first", `send ${pending.payment_id}`]);
});

test("after an unanswered attempt the id is never replaced", async () => {
  const { outcome, pending } = start([UNKNOWN, SKEW, SKEW]);
  await settle();
  mock.timers.tick(1000);
  await settle();
  mock.timers.tick(LONGEST_ANSWER_MS);
  assert.equal(await outcome, SKEW);
  assert.equal(pending.payment_id, "first");
});

test("the same after a reload: an attempt of the tab's former life counts", async () => {
  const delivery = new Delivery(
    { payment_id: "first", fields: {}, unanswered: true, stopped: false },
    { send: async () => SKEW, save: () => true, remove() {}, newId: () => "new", random: () => 0, now, onProgress() {} },
  );
  const outcome = delivery.run();
  await settle();
  mock.timers.tick(LONGEST_ANSWER_MS);
  assert.equal(await outcome, SKEW);
  assert.equal(delivery.pending.payment_id, "first");
});

test("a refusal is not the last word while an earlier attempt may still be recorded", async () => {
  const { log, outcome } = start([UNKNOWN, CLOSED, RECORDED]);
  await settle();
  mock.timers.tick(1000);
  await settle();
  assert.equal(sends(log), 2);
  assert.ok(!log.includes("remove first"), "the payment was dropped although it may yet be recorded");
  mock.timers.tick(LONGEST_ANSWER_MS - 1001);
  await settle();
  assert.equal(sends(log), 2);
  mock.timers.tick(1);
  assert.equal(await outcome, RECORDED);
});

test("a refusal is final once the API must have ended with every earlier attempt", async () => {
  const { log, delivery, outcome } = start([UNKNOWN, CLOSED, UNKNOWN, CLOSED, CLOSED]);
  await settle();
  for (let asked = 0; asked < 3; asked++) {
    delivery.tryNow();
    await settle();
  }
  assert.equal(sends(log), 4);
  mock.timers.tick(LONGEST_ANSWER_MS);
  assert.equal(await outcome, CLOSED);
  assert.equal(sends(log), 5);
});

test("a conflict is final at once: the other payment stands for ever", async () => {
  const conflict = { kind: "refused", problem: { code: "payment-conflict" } };
  const { outcome } = start([UNKNOWN, conflict]);
  await settle();
  mock.timers.tick(1000);
  assert.equal(await outcome, conflict);
});

test("a stopped payment is kept, and marked", async () => {
  const { log, delivery, outcome } = start([UNKNOWN]);
  await settle();
  delivery.stop();
  assert.deepEqual(await outcome, { kind: "stopped" });
  assert.equal(log.at(-1), "save first unanswered stopped");
});

test("a device that keeps nothing is said so, and still sends", async () => {
  const { log, outcome } = start([RECORDED], { stored: false });
  await outcome;
  assert.deepEqual(log.slice(1, 3), ["progress false", "send first"]);
});

test("waits double from one second to half a minute, half of them jitter", () => {
  assert.deepEqual([0, 1, 2, 9].map((attempt) => backoffMs(attempt, 1)), [1000, 2000, 4000, 30_000]);
  assert.equal(backoffMs(0, 0), 500);
});
