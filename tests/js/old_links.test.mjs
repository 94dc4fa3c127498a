import assert from "node:assert/strict";
import test from "node:test";
import { markOf } from "../../templates/js/old_links.js";

test("a text has the mark that the build gives it", () => {
  assert.equal(markOf("Old 100"), "4c1f46f1d4ef56ff");
  assert.equal(markOf("\u0939\u{1f950}"), "e281906084ef2246");
});
