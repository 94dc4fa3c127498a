// The list of payees honours the old links, /?user=<alias>.

import { $, element } from "./dom.js";
import { drawInLanguage, say } from "./page_language.js";

const user = new URLSearchParams(location.search).get("user");
if (user !== null && $("payees")) {
  const payeeId = new Map(JSON.parse($("payees").dataset.aliases ?? "[]")).get(user);
  if (payeeId) location.replace(`${payeeId}/${location.hash}`);
  else drawInLanguage(showUnknown);
}

function showUnknown() {
  const [before, after] = say("unknown", { user: "\n" }).split("\n");
  $("unknown-user").replaceChildren(before, element("bdi", user ?? ""), after);
  $("unknown-user").hidden = false;
}
