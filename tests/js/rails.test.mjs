import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { linkRail } from "../../templates/js/rails/link.js";
import { sepaRail } from "../../templates/js/rails/sepa.js";
import { spaydRail } from "../../templates/js/rails/spayd.js";
import { qrReference, rfReference, swissRail } from "../../templates/js/rails/swiss.js";
import { upiRail } from "../../templates/js/rails/upi.js";
import { parseAmount } from "../../templates/js/amount.js";

const VECTORS = JSON.parse(readFileSync(new URL("../rails/vectors.json", import.meta.url), "utf8"));
/** Each rail's own way to write a code. */
const CODES = {};
for (const { rail } of VECTORS.codes) {
  const module = await import(new URL(`../../templates/js/rails/${rail}.js`, import.meta.url));
  CODES[rail] = module[`${rail}Code`];
}
const PAYMENT = {
  amount: "50.00", currency: "INR", payment_id: "01KDP8W3Z9Q5VX2M7TBRN4CHSA", payee_name: "Asha", reason: "Lunch",
};

/** The vectors' accounts as the page has them: in one spelling, as the roster's checks leave them. */
function onPage(rail, item) {
  const { card, ...account } = item;
  const number = card || item[rail].replace(/[\s-]/g, "").replace(/^\+66/, "0");
  const address = /promptpay|vietqr/.test(rail) ? number : item[rail];
  return { ...account, rail, address, card: Boolean(card) };
}

function codeOf({ rail, account, amount, currency, reference, text }) {
  const digits = currency === "VND" ? 0 : 2;
  const money = { currency, amount: amount && (parseAmount(amount, digits) || amount) };
  return CODES[rail](onPage(rail, account), money, reference, text);
}

for (const vector of VECTORS.codes) {
  test(`${vector.rail} writes ${JSON.stringify(vector.code)}`, () => assert.equal(codeOf(vector), vector.code));
}

// What is wrong with a reference or a text can't be here: the page makes them itself, as the tests of
// Python hold.
for (const vector of VECTORS.wrong_payments) {
  const { rail, currency, amount, reference, text, why } = vector;
  if (reference || text || /demands a QR reference|no decimals/.test(why)) continue;
  test(`${rail} has no code for ${amount} ${currency}`, () => assert.equal(codeOf(vector), ""));
}

test("a QR-IBAN is for francs only", () => {
  const [{ account }] = VECTORS.wrong_payments.filter(({ why }) => /CHF only/.test(why));
  const payment = { ...PAYMENT, currency: "EUR" };
  assert.equal(swissRail.codeText(onPage("swiss", account), payment), "");
  assert.match(swissRail.codeText(onPage("swiss", account), { ...payment, currency: "CHF" }), /\nQRR\n\d{27}\n/);
});

for (const { form, body, reference } of VECTORS.forms) {
  if (form === "rf" && body.length === 21) {
    test(`${reference} is made of ${body}`, () => assert.equal(rfReference(`00000${body}`), reference));
  }
}

for (const { form, body, reference } of VECTORS.forms) {
  if (form === "qrr") test(`${reference} ends ${body}`, () => assert.equal(qrReference(idOf(BigInt(body))), reference));
}

test("of an id's decimal digits a QR reference has the last 26", () => {
  const last = 2n ** 128n - 1n;
  assert.equal(qrReference(idOf(last)).slice(0, 26), String(last).slice(-26));
});

/** The id of this number. @param {bigint} number */
function idOf(number) {
  const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from({ length: 26 }, (_, i) => alphabet[Number((number >> BigInt(125 - 5 * i)) & 31n)]).join("");
}

test("only a merchant's UPI address is a link, and on iOS one for each app", () => {
  const person = { rail: "upi", address: "mahantesh@examplebank", holder: "Mahantesh K" };
  const merchant = { ...person, merchant: true };
  for (const platform of ["ios", "android", ""]) assert.deepEqual(upiRail.links(person, PAYMENT, platform), []);
  assert.deepEqual(upiRail.links(merchant, PAYMENT, ""), []);
  const code = upiRail.codeText(merchant, PAYMENT);
  assert.deepEqual(upiRail.links(merchant, PAYMENT, "android"), [{ label: "", href: code }]);
  const query = code.replace("upi://pay", "");
  assert.deepEqual(upiRail.links(merchant, PAYMENT, "ios"), [
    { label: "PhonePe", href: `phonepe://pay${query}` },
    { label: "Google Pay", href: `tez://upi/pay${query}` },
    { label: "Paytm", href: `paytmmp://pay${query}` },
  ]);
});

test("rows are shown in groups and copied without", () => {
  const account = { rail: "sepa", address: "DE89370400440532013000", holder: "Asha" };
  const rows = sepaRail.rows(account, { ...PAYMENT, currency: "EUR" });
  assert.deepEqual(rows, [
    { key: "row_holder", text: "Asha", copy: "Asha" },
    { key: "row_iban", text: "DE89 3704 0044 0532 0130 00", copy: "DE89370400440532013000" },
    { key: "row_amount", text: "50.00", copy: "50.00" },
    { key: "row_note", text: "1KDP8 W3Z9Q 5VX2M 7TBRN 4CHSA", copy: "1KDP8W3Z9Q5VX2M7TBRN4CHSA" },
  ]);
});

test("a page of somebody else gets the payment's values", () => {
  const account = { rail: "link", address: "https://pay.example.org/{amount_minor}/{currency}?a={amount}&r={reference}" };
  const [{ href }] = linkRail.links(account, { ...PAYMENT, amount: "0.50" }, "");
  assert.equal(href, "https://pay.example.org/50/INR?a=0.50&r=1KDP8W3Z9Q5VX2M7TBRN4CHSA");
});

test("an amount too large for a code leaves the rows", () => {
  const account = { rail: "spayd", address: "CZ6508000000192000145399", holder: "Spolek" };
  const payment = { ...PAYMENT, currency: "CZK", amount: "10000000.00" };
  assert.equal(spaydRail.codeText(account, payment), "");
  assert.equal(spaydRail.rows(account, payment).length, 5);
});
