// The list of payees honours the old links, /?user=<alias>.

const list = document.getElementById("payees");
const user = new URLSearchParams(location.search).get("user");
if (user !== null) {
  const aliases = new Map(JSON.parse(list?.dataset.aliases ?? "[]"));
  const payeeId = aliases.get(user);
  if (payeeId) location.replace(`${payeeId}/${location.hash}`);
  else {
    const notice = /** @type {HTMLElement} */ (document.getElementById("unknown-user"));
    /** @type {HTMLElement} */ (notice.querySelector("bdi")).textContent = user;
    notice.hidden = false;
  }
}
