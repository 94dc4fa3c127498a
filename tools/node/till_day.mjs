// What a till asks in ten hours: the page's own schedule, on a day that passes in virtual time. Prints
// the requests, and the DynamoDB read units that they take, as JSON.

import { mintPaymentId } from "../../templates/js/payment_id.js";
import { chance, MarketApi, phone, VirtualTime } from "../../testkit/till_market.mjs";

const HOUR = 3_600_000;
const [payments, requests] = process.argv.slice(2).map(Number);
const PAYMENT_BYTES = 300; // with its event, as DynamoDB counts; on the high side
const UNIT_BYTES = 4096; // of a strongly consistent read

const time = new VirtualTime();
const random = chance(1);
const bytes = () => Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
const api = new MarketApi(time, Date.parse("2026-03-01T04:00:00Z"));
for (let day = 1; day <= 30; day++) {
  for (let i = 0; i < payments; i++) api.record({ payment_id: mintPaymentId(api.epoch - day * 24 * HOUR, bytes()), payer_id: `${day} ${i}`, amount: "1.00" });
}
const { till } = phone(api, { label: "till", random });
till.start();
for (let i = 0; i < payments; i++) {
  const at = random() * 10 * HOUR;
  if (i < requests) time.after(at - 45_000, () => till.watch.happened(60_000)); // the payer has the code before them
  time.after(at, () => api.record({ payment_id: mintPaymentId(api.now - 20_000, bytes()), payer_id: `${i}`, amount: "1.00" }));
}
await time.pass(10 * HOUR);
till.stop();
const units = api.listed.map(({ payments: listed }) => 1 + Math.max(1, Math.ceil((listed * PAYMENT_BYTES) / UNIT_BYTES)));
console.log(JSON.stringify({ requests: api.requests, read_units: units.reduce((a, b) => a + b, 0), listed: api.listed.reduce((sum, one) => sum + one.payments, 0) }));
