import assert from "node:assert/strict";
import test from "node:test";
import { readAnswer, readRetryAfter, sendPayment } from "../../templates/js/sending.js";

const FIELDS = { payer_id: "Asha", amount: "50.00", currency: "INR", reason: "" };
const PENDING = { payment_id: "01A", payee_id: "a", fields: FIELDS };
const RECORDED = { ...FIELDS, payment_id: "01A", payee_id: "a", status: "claimed" };
const PROBLEM = "application/problem+json";

for (const status of [200, 201]) {
  test(`${status} that repeats id and fields: recorded`, () => {
    assert.equal(readAnswer(status, "application/json", RECORDED, PENDING).kind, "recorded");
  });
}

for (const gone of [{ payer_id: "erased" }, { payer_id: "erased", reason: "erased" }]) {
  test(`${Object.keys(gone)} erased before the device had its answer: recorded`, () => {
    const pending = { ...PENDING, fields: { ...FIELDS, reason: "reason" in gone ? "Lunch" : "" } };
    const body = { ...RECORDED, reason: pending.fields.reason, ...gone };
    assert.equal(readAnswer(200, "application/json", body, pending).kind, "recorded");
    assert.equal(readAnswer(200, "application/json", { ...body, amount: "5.00" }, pending).kind, "unknown");
  });
}

for (const [what, status, type, body] of [
  ["another payment", 200, "application/json", { ...RECORDED, payment_id: "01B" }],
  ["another name", 200, "application/json", { ...RECORDED, payer_id: "Ben" }],
  ["other fields", 200, "application/json", { ...RECORDED, amount: "5.00" }],
  ["a portal's JSON", 200, "application/json", { ok: true }],
  ["nothing", 200, "application/json", null],
  ["a redirect's status", 302, "application/json", RECORDED],
  ["a gateway's error", 403, "application/json", { message: "Forbidden" }],
  ["a refusal without the API's type", 422, "application/json", { code: "invalid-fields" }],
  ["a problem that the page does not know", 422, PROBLEM, { code: "teapot" }],
  ["a refusal with a good status", 200, PROBLEM, { code: "invalid-fields" }],
  ["a busy ledger", 503, PROBLEM, { code: "ledger-unavailable" }],
]) {
  test(`${what}: not known, so keep trying`, () => {
    assert.equal(readAnswer(status, type, body, PENDING).kind, "unknown");
  });
}

test("a known problem: refused", () => {
  const answer = readAnswer(410, `${PROBLEM}; charset=utf-8`, { code: "payee-closed" }, PENDING);
  assert.equal(answer.kind, "refused");
});

test("Retry-After is seconds or a date, and never endless", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");
  assert.equal(readRetryAfter("7", now), 7000);
  assert.equal(readRetryAfter("Sun, 01 Mar 2026 00:00:09 GMT", now), 9000);
  assert.equal(readRetryAfter("Sun, 01 Mar 2020 00:00:09 GMT", now), 0);
  assert.equal(readRetryAfter("86400", now), 300_000);
  for (const header of [null, "", "soon", "-1"]) assert.equal(readRetryAfter(header, now), 0);
});

test("a bare error that is no JSON still says when to come back", async (context) => {
  globalThis.document = { getElementById: () => ({ dataset: { api: "https://api.example.org" } }) };
  let asked;
  context.mock.method(globalThis, "fetch", async (url, options) => {
    asked = { url, ...options };
    return new Response("<h1>Busy</h1>", { status: 503, headers: { "Retry-After": "4" } });
  });
  const answer = await sendPayment(PENDING, new AbortController().signal);
  assert.deepEqual(answer, { kind: "unknown", retryAfterMs: 4000 });
  assert.equal(asked.url, "https://api.example.org/payees/a/payments/01A");
  assert.deepEqual([asked.method, JSON.parse(asked.body), asked.redirect], ["PUT", FIELDS, "error"]);
});
