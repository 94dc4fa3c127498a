// The old links, /?user=<alias>: where they lead.

/**
 * 16 hexadecimal digits that tell `text` from others, as the build makes them: FNV-1a of 32 bits from two
 * starts. (What the browser has for it wants a secure context, which not every site is.)
 *
 * @param {string} text
 */
export function markOf(text) {
  return [0x811c9dc5, 0x01000193].map((start) => {
    const hash = new TextEncoder().encode(text).reduce((hashed, byte) => Math.imul(hashed ^ byte, 0x01000193), start);
    return (hash >>> 0).toString(16).padStart(8, "0");
  }).join("");
}

/**
 * Whom a user is: told by the file that is named after the last `digits` of its mark, or by there being
 * a page of that name.
 *
 * @param {string} user
 * @param {number} digits
 * @returns {Promise<string>} "" if nobody is called so
 */
export async function payeeOf(user, digits) {
  const mark = markOf(user);
  const answer = await fetch(`list/-u${mark.slice(-digits)}.json`, { credentials: "omit" });
  const found = answer.ok && (await answer.json())[mark];
  if (found) return found;
  const isId = /^[a-z\d]([a-z\d-]{0,62}[a-z\d])?$/.test(user);
  return isId && (await fetch(`${user}/`, { method: "HEAD", credentials: "omit" })).ok ? user : "";
}
