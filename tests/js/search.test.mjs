import assert from "node:assert/strict";
import test from "node:test";
import { closestNames, findWords, likeness } from "../../templates/js/search.js";

test("every word must be there, in the name or beside it", () => {
  assert.deepEqual(findWords("veg", ["Mahantesh", "Vegetables, stall 12"]), [[], [[0, 3]]]);
  assert.deepEqual(findWords("12 MAHA", ["Mahantesh", "stall 12"]), [[[0, 4]], [[6, 8]]]);
  assert.equal(findWords("veg fish", ["Mahantesh", "Vegetables"]), undefined);
  assert.deepEqual(findWords("  ", ["Mahantesh", ""]), [[], []]);
});

test("accents of Latin letters and case do not matter, and places stay true", () => {
  assert.deepEqual(findWords("jose", ["Señor JOSÉ", ""]), [[[6, 10]], []]);
  assert.deepEqual(findWords("café", ["Cafe İzmir", ""]), [[[0, 4]], []]);
  assert.deepEqual(findWords("izmir", ["Cafe İzmir", ""]), [[[5, 10]], []]);
});

test("marks of other scripts are letters", () => {
  assert.equal(findWords("कि", ["की", ""]), undefined);
  assert.deepEqual(findWords("महा", ["महांतेश", ""]), [[[0, 3]], []]);
});

test("a spelling that is a little off finds the name", () => {
  const names = ["Mahantesh", "Shilpa", "Savita Vegetable Stores", "Adarsh"];
  assert.deepEqual(closestNames("mahanthesh", names), [0]);
  assert.deepEqual(closestNames("Shlipa", names), [1]);
  assert.deepEqual(closestNames("savitha", names), [2]);
  assert.deepEqual(closestNames("zzz", names), []);
  assert.equal(likeness("a", "a"), 1);
  assert.equal(likeness("a", "b"), 0);
});
