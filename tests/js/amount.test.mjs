import assert from "node:assert/strict";
import test from "node:test";
import { isLess, parseAmount, plainExample, readAmounts } from "../../templates/js/amount.js";
import { decimalMark, formatMoney, plainAmount } from "../../templates/js/money.js";

for (const [typed, digits, mark, amount] of [
  ["50", 2, ".", "50.00"],
  [" 50 ", 0, ".", "50"],
  ["050.5", 2, ".", "50.50"],
  ["50,5", 2, ".", "50.50"],
  ["50.5", 2, ",", "50.50"],
  ["50.", 2, ".", "50.00"],
  ["50,", 2, ".", "50.00"],
  ["50/-", 2, ".", "50.00"],
  ["5,000/=", 2, ".", "5000.00"],
  ["50,-", 2, ",", "50.00"],
  ["50.–", 2, ".", "50.00"],
  ["٥٠٫٥", 2, "٫", "50.50"],
  ["१,००,०००", 2, ".", "100000.00"],
  ["५०", 2, ".", "50.00"],
  ["೫೦.೫", 2, ".", "50.50"],
  ["𝟧𝟢", 2, ".", "50.00"], // mathematical digits: five sets of ten in a row
  ["\u200f50\u200e", 2, ".", "50.00"],
  ["1.250", 3, ".", "1.250"],
  ["1,250", 3, ",", "1.250"],
  ["0.250", 3, ",", "0.250"], // nobody groups a zero
  ["١٫٢٥٠", 3, ".", "1.250"],
  ["999999999999.99", 2, ".", "999999999999.99"],
  ["1,000.00", 2, ",", "1000.00"],
  ["1.355,90", 2, ".", "1355.90"],
  ["1,00,000", 2, ",", "100000.00"],
  ["1,00,000.5", 2, ".", "100000.50"],
  ["1.000.000", 2, ".", "1000000.00"],
  ["1 000", 2, ".", "1000.00"],
  ["1\u202f000,5", 2, ".", "1000.50"],
  ["1'000.50", 2, ",", "1000.50"],
  ["١٬٠٠٠٫٥", 2, "٫", "1000.50"],
  ["1,000", 2, ".", "1000.00"],
  ["50.000", 2, ",", "50000.00"],
  ["1,000", 0, ".", "1000"],
]) {
  test(`${typed} is ${amount}, where “${mark}” is the decimal mark`, () => {
    assert.equal(parseAmount(typed, digits, mark), amount);
  });
}

for (const [typed, currency, amount] of [
  ["₹50", "INR", "50.00"], ["₹ 1,00,000.50", "INR", "100000.50"], ["Rs. 50", "INR", "50.00"], ["Rs.50/-", "INR", "50.00"],
  ["rs 50", "INR", "50.00"], ["50 INR", "INR", "50.00"], ["INR50", "INR", "50.00"], ["50 Rs.", "INR", "50.00"],
  ["50€", "EUR", "50.00"], ["R$ 1.355,90", "BRL", "1355.90"], ["Rp 50.000,00", "IDR", "50000.00"], ["KSh 50", "KES", "50.00"],
  ["$50", "INR", null], ["€50", "INR", null], ["50 USD", "INR", null], ["Rs 50", "EUR", null], ["₹50", "", null],
  ["50rb", "IDR", null], ["50k", "INR", null], ["2 lakh", "INR", null], ["1m", "USD", null], ["50 50", "INR", null],
  ["₹-50", "INR", null], ["-50", "INR", null], ["50-", "INR", "50.00"], ["50-60", "INR", null], ["50+50", "INR", null],
  ["50%", "INR", null], ["12/11", "INR", null], ["10:30", "INR", null], ["50.5.5", "INR", null],
]) {
  test(`“${typed}” of ${currency || "no currency"} is ${amount}`, () => {
    assert.equal(parseAmount(typed, 2, ".", currency), amount);
  });
}

for (const typed of ["", "-5", "+5", "5e3", ".5", "1.23456", "1234567890123", "fifty", "5_0", "1,2345", "1,0000",
  "1,000.000.00", "1.000,000.00", "12,345,6", "1,00,00", "1000,000,00", "0,100,000", "1 00", "1,000 000"]) {
  test(`“${typed}” is not guessed`, () => {
    for (const digits of [0, 2, 3]) assert.equal(parseAmount(typed, digits, "."), null);
  });
}

test("what has two readings is asked back, with both", () => {
  assert.deepEqual(readAmounts("50.000", 2, "."), ["50.00", "50000.00"]);
  assert.deepEqual(readAmounts("1,000", 2, ","), ["1.00", "1000.00"]);
  assert.deepEqual(readAmounts("1,250", 3, "."), ["1.250", "1250.000"]);
  assert.deepEqual(readAmounts("1.250", 3, ","), ["1.250", "1250.000"]);
  assert.deepEqual(readAmounts("1,000", 2, "٫"), ["1.00", "1000.00"]);
  assert.deepEqual(readAmounts("1.250", 2, "."), []); // a slip of the finger, or thousands
  assert.deepEqual(readAmounts("1,250", 2, "٫"), []);
});

for (const [typed, example] of [
  ["$50", "50"], ["50 Rs", "50"], ["-5", "5"], ["5.", "5"],
  ["", ""], [".5", ""], ["1,000", ""], ["1,000.50", ""], ["5e3", ""], ["fifty", ""], ["1234567890123", ""], ["1.23456", ""],
]) {
  test(`“${typed}” could be written “${example}”`, () => assert.equal(plainExample(typed), example));
}

// Intl knows how people of each place write numbers: whatever they write is read as they mean it, or
// asked back, in their own language and in any other.
const LOCALES = ["en", "en-IN", "en-ZA", "hi", "mr", "kn", "ta", "te", "bn-BD", "bn-IN", "es", "es-MX", "es-AR", "fr", "fr-CH", "de",
  "de-AT", "de-CH", "it-CH", "pt-BR", "pt-PT", "id", "sw", "ar", "ar-EG", "ar-MA", "ar-AE", "fa", "ne", "my", "th", "tr", "pl", "sv", "nb", "cs",
  "hu", "ru", "uk", "vi", "ja", "zh", "ur", "he", "fil", "am", "ms", "nl", "bg", "et"];
const CURRENCIES = [["JPY", 0], ["INR", 2], ["EUR", 2], ["KWD", 3]];

/** @param {number} seed @returns {() => number} 0 up to 1 (Lehmer) */
function randomness(seed) {
  return () => (seed = seed * 48271 % 2147483647) / 2147483647;
}

function* numbers() {
  const random = randomness(20261128);
  for (const digits of [0, 1, 2, 3]) {
    for (let size = 1; size < 9; size++) {
      for (let n = 0; n < 4; n++) {
        const major = String(Math.floor(10 ** (size - 1) * (1 + 9 * random())));
        const minor = n === 3 ? "0".repeat(digits) : String(Math.floor(10 ** digits * random())).padStart(digits, "0");
        yield { text: digits ? `${major}.${minor}` : major, digits };
      }
    }
  }
}

function written(text, digits, locale, options) {
  const format = new Intl.NumberFormat(locale, { ...options, minimumFractionDigits: digits, maximumFractionDigits: digits });
  return format.format(text);
}

test("an amount is read as its writer's language means it, and hardly ever asked back", () => {
  let asked = 0;
  let all = 0;
  for (const locale of LOCALES) {
    const mark = decimalMark(locale);
    for (const [currency, most] of CURRENCIES) {
      for (const { text, digits } of numbers()) {
        if (digits > most || (most === 3 && digits && digits < 3)) continue;
        const [major, minor = ""] = text.split(".");
        const meant = most ? `${major}.${minor.padEnd(most, "0")}` : major;
        for (const options of [{}, { useGrouping: false }]) {
          const typed = written(text, digits, locale, options);
          const read = parseAmount(typed, most, mark, currency);
          assert.ok(read === meant || read === null, `${typed} of ${locale}, ${currency}: ${read}, not ${meant}`);
          all++;
          if (read === null) asked++;
        }
      }
    }
  }
  assert.ok(asked / all < 0.02, `${asked} of ${all}`);
});

test("what another language writes is read as it means it, or asked back", () => {
  const marks = new Set(LOCALES.map(decimalMark));
  for (const locale of LOCALES) {
    for (const { text, digits } of numbers()) {
      if (digits > 2) continue;
      const [major, minor = ""] = text.split(".");
      const typed = written(text, digits, locale, {});
      for (const mark of marks) {
        const read = parseAmount(typed, 2, mark, "INR");
        assert.ok(read === `${major}.${minor.padEnd(2, "0")}` || read === null, `${typed} of ${locale} by ${mark}: ${read}`);
      }
    }
  }
});

test("amounts compare exactly", () => {
  assert.ok(isLess("0.99", "1.00"));
  assert.ok(!isLess("1.00", "1.00"));
  assert.ok(isLess("9.00", "10.00"));
  assert.ok(!isLess("10", "9"));
  assert.ok(isLess("999999999999.98", "999999999999.99"));
});

test("money has the decimals that people write, whatever the browser thinks of the currency", () => {
  assert.equal(formatMoney("50.00", "INR", "en-IN"), "₹50");
  assert.equal(formatMoney("50.50", "INR", "en-IN"), "₹50.50");
  assert.equal(formatMoney("50.00", "EUR", "de"), "50,00\u00a0€");
  assert.equal(formatMoney("50.00", "BRL", "pt-BR"), "R$\u00a050,00");
  assert.equal(formatMoney("50000.00", "IDR", "id"), "Rp\u00a050.000");
  assert.match(formatMoney("1234.50", "IDR", "en"), /1,234\.50/); // browsers say 0
  assert.match(formatMoney("5000", "JPY", "de"), /5\.000/);
  assert.match(formatMoney("999999999999.99", "USD", "en"), /999,999,999,999\.99/);
});

test("rupees are written in lakhs for India's readers", () => {
  for (const locale of ["en", "en-GB", "kn", "mr-u-nu-latn", "hi", "ta", "te", "bn-IN-u-nu-latn"]) {
    assert.equal(formatMoney("123456.00", "INR", locale), "₹1,23,456");
  }
  assert.equal(formatMoney("123456.00", "INR", "de"), "123.456\u00a0₹");
});

test("a language has its decimal mark", () => {
  assert.equal(decimalMark("en-IN"), ".");
  assert.equal(decimalMark("de"), ",");
});

test("amounts lose only empty decimals", () => {
  assert.deepEqual(["50.00", "50.50", "100", "1.010"].map(plainAmount), ["50", "50.50", "100", "1.010"]);
});
