"""What people with large text or few colours would miss on a screen, found without eyes."""

from testkit.phone import Phone

_WHAT_IS_CUT = """() => {
  const room = document.documentElement.clientWidth;
  const styleOf = (one) => getComputedStyle(one);
  const seen = [...document.querySelectorAll("main *, header *, footer *, #too-old *")].filter(
    (one) => one.checkVisibility({ visibilityProperty: true })
      && !one.closest(".items, svg, #status, .unseen, legend, option"));
  const name = (one) => `${one.tagName}#${one.id}: ${one.textContent.trim().slice(0, 60)}`;
  const found = [];
  if (document.documentElement.scrollWidth > room) found.push("the page scrolls sideways");
  for (const one of seen) {
    const { left, right } = one.getBoundingClientRect();
    if (left < -1 || right > room + 1) found.push(`beyond the screen: ${name(one)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = texts.nextNode()); ) {
    if (!seen.includes(text.parentElement)) continue;
    // A word may have no room in any way: longer than 14 letters it may break, and an amount never.
    for (const { 0: word, index } of text.data.matchAll(/[^\\s\\u2068\\u2069]+/g)) {
      const isAmount = /^[₹€]?[\\d,.]+$/.test(word);
      if (word.length > 14 && !isAmount) continue;
      if (word.includes("-") || word.includes("@")) continue;
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const boxes = [...range.getClientRects()].filter(({ width }) => width > 1);
      if (new Set(boxes.map(({ top }) => Math.round(top))).size > 1) {
        found.push(`broken: ${word} in ${name(text.parentElement)}`);
      }
    }
  }
  const isTyped = (one) => one.matches("input:not([type=radio]):not([type=checkbox])");
  for (const input of seen.filter(isTyped)) {
    const letter = parseFloat(styleOf(input).fontSize);
    if (input.clientWidth < 4 * letter) found.push(`narrow: ${name(input)}`);
  }
  // What has a border of its own keeps away from what comes next.
  const hasEdge = ({ borderTopWidth, borderTopColor }) =>
    parseFloat(borderTopWidth) && borderTopColor !== "rgba(0, 0, 0, 0)";
  const boxes = seen.filter(
    (one) => one.matches("button, .button, input, .card, .notice") && hasEdge(styleOf(one)));
  for (const one of boxes) {
    const { bottom, left, right } = one.getBoundingClientRect();
    let next = one.nextElementSibling;
    while (next && !(seen.includes(next) && next.textContent)) next = next.nextElementSibling;
    if (!next) continue;
    const box = next.getBoundingClientRect();
    const isBelow = box.top > bottom - 9 && box.left < right && box.right > left;
    if (isBelow && box.top - bottom < 3) found.push(`${name(one)} touches ${name(next)}`);
  }
  return found;
}"""
_WHAT_IS_COVERED = """() => {
  const found = [];
  const main = [...document.querySelectorAll("main button, main input, main a, main summary")];
  for (const one of main.filter((one) => one.checkVisibility() && !one.disabled)) {
    one.focus();
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const inside = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (inside && !one.contains(inside) && !inside.contains(one)) {
      found.push(`${one.id || one.textContent} is below ${inside.id || inside.className}`);
    }
  }
  scrollTo(0, 0);
  return found;
}"""


def what_is_cut(phone: Phone) -> list[str]:
    """What leaves the screen sideways, and words and amounts that are broken into letters."""
    return list(phone.evaluate(_WHAT_IS_CUT))


def what_is_covered(phone: Phone) -> list[str]:
    """What lies below something else when somebody gets to it with the keyboard."""
    return list(phone.evaluate(_WHAT_IS_COVERED))
