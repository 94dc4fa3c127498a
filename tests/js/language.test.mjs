import assert from "node:assert/strict";
import test from "node:test";
import { chooseLanguage, chooseLocale, fillText } from "../../templates/js/language.js";

test("the first wanted language that the site has is taken, else the site's first", () => {
  assert.equal(chooseLanguage(["en", "hi"], ["kn-IN", "hi-IN", "en"]), "hi");
  assert.equal(chooseLanguage(["hi", "en"], ["fr"]), "hi");
  assert.equal(chooseLanguage(["en", "pt"], ["", "PT-br"]), "pt");
  assert.equal(chooseLanguage(["en", "hi"], ["", "de"]), "en");
});

test("Brazil's Portuguese and Portugal's are told apart, and one serves for the other", () => {
  const both = ["en", "pt-PT", "pt-BR"];
  for (const tag of ["pt", "pt-BR", "PT-br"]) assert.equal(chooseLanguage(both, [tag]), "pt-BR");
  for (const tag of ["pt-PT", "pt-MZ", "pt-AO"]) assert.equal(chooseLanguage(both, [tag]), "pt-PT");
  assert.equal(chooseLanguage(["en", "pt-BR"], ["pt-PT"]), "pt-BR");
  assert.equal(chooseLanguage(["en", "pt-PT"], ["pt"]), "pt-PT");
});

test("numbers and dates follow the payer's country", () => {
  assert.equal(chooseLocale("en", ["kn-IN", "en-IN", "en"]), "en-IN-u-nu-latn");
  assert.equal(chooseLocale("hi", ["en-US"]), "hi-u-nu-latn");
  assert.equal(chooseLocale("en", ["en-US@posix"]), "en-u-nu-latn"); // Intl would throw
  assert.equal(chooseLocale("pt-BR", ["pt-PT", "pt"]), "pt-BR-u-nu-latn");
  assert.equal(chooseLocale("de", ["de-CH-u-hc-h12"]), "de-CH-u-hc-h12-nu-latn");
  for (const tag of ["mr-IN", "bn-IN", "ar-AE", "de-CH-u-hc-h12"]) {
    const locale = chooseLocale(tag.split("-")[0], [tag]);
    assert.match(new Intl.NumberFormat(locale).format(1234567890), /^[\d,.'’]+$/, locale);
  }
});

test("digits are a country's own where that is Egypt's, or Bangladesh's", () => {
  const five = (/** @type {string} */ code, /** @type {string[]} */ wanted) =>
    new Intl.NumberFormat(chooseLocale(code, wanted)).format(5);
  assert.equal(five("ar", ["ar-EG"]), "٥");
  assert.equal(five("ar", ["ar-MA"]), "5");
  assert.equal(five("ar", []), "5");
  assert.equal(five("bn", ["bn-BD"]), "৫");
  assert.equal(five("bn", []), "5");
});

test("values are filled in, numbers as the language writes them", () => {
  assert.equal(fillText("From {min} to {max}", { min: "₹1", max: "₹2" }, "en"), "From ₹1 to ₹2");
  assert.equal(fillText("{n}", { n: 1234 }, "de"), "1.234");
  assert.equal(fillText("{user}", { user: "{n}" }, "en"), "{n}");
});

test("plurals follow the language, and fall back to other", () => {
  const arabic = { zero: "0", one: "1", two: "2", few: "few", many: "many", other: "other" };
  const chosen = [0, 1, 2, 3, 11, 100].map((n) => fillText(arabic, { n }, "ar"));
  assert.deepEqual(chosen, ["0", "1", "2", "few", "many", "other"]);
  assert.equal(fillText({ one: "1", other: "x" }, { n: 1_000_000 }, "fr"), "x");
});
