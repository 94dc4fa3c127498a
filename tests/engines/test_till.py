"""A till in every engine, in Arabic on the smallest phone.

When it is heard, what it says aloud, and what a name cannot do to it.
"""

from collections.abc import Callable

import pytest

from testkit.demo_process import Demo
from testkit.phone import Phone, Screen
from testkit.till_steps import make_key, payees, say_paid

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

ARABIC = Screen(320, 640, language="ar-EG")
NAMES = [
    "W" * 64,
    "\ufdfd" * 64,  # the widest letter that there is
    "a\u0301\u0302\u0303\u0304" * 12,
    "\u0e01\u0e47\u0e48\u0e49\u0e4a" * 12,
    "عبد الله 500 Confirmed مدفوع ₹9,999 (you, 10:03)",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466" * 9,  # families
    "<b>Confirmed</b> ₹500 · you, 10:03",
]
MUTE_MACHINES = {"firefox"}
"""Without a loudspeaker its sound never begins, also where it may."""

_EARS = """() => {
  window.heard = [];
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (at) {
    heard.push(this.type);
    return start.call(this, at);
  };
  window.AudioContext = class extends AudioContext {
    constructor() { super(); window.audio = this; }
  };
  const voices = [{ lang: "en-GB" }, { lang: "ar-EG" }];
  const speech = { getVoices: () => voices, cancel() {}, speak: (one) => {
    if (one.text) heard.push(`${one.lang} ${one.text}`);
  } };
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""
_IS_HEARD = "() => window.audio && audio.state === 'running'"
_SUMS_FROM = """() => ["confirmed", "said"].map(
  (kind) => document.querySelector(`#sums .${kind}`).getBoundingClientRect().left)"""
_ESCAPES = """() => {
  const found = [];
  const boxOf = (one) => one.getBoundingClientRect();
  const isIn = (a, b) => a.left >= b.left - 1 && a.right <= b.right + 1
    && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  const lineHeight = (one) => parseFloat(getComputedStyle(one).fontSize) * 2;
  const holders = document.querySelectorAll(".row, #ticket, #more dl");
  for (const holder of [...holders].filter((one) => one.getClientRects().length)) {
    const room = boxOf(holder);
    if (room.left < 0 || room.right > innerWidth) found.push(`wider than the screen: ${holder.id}`);
    for (const text of holder.querySelectorAll("bdi")) {
      const line = text.closest(".name");
      if (!line) {
        if (!text.closest(".amount")) found.push(`no line of its own: ${text.textContent}`);
        continue;
      }
      const { overflowX, overflowY } = getComputedStyle(line);
      const isHeld = overflowX === "hidden" && overflowY === "hidden" && isIn(boxOf(line), room);
      if (!isHeld) found.push(`not held: ${text.textContent}`);
      const lines = holder.matches(".row") ? 2 : 8;
      const isTall = boxOf(line).height > lines * lineHeight(line);
      if (isTall) found.push(`too tall: ${text.textContent}`);
    }
    const end = holder.querySelector(".end");
    if (end && boxOf(end).right > boxOf(holder.querySelector(".who")).left + 1) {
      found.push(`over the code: ${holder.id}`);
    }
    const code = holder.querySelector(".tag, .code");
    if (code && getComputedStyle(code).direction !== "ltr") found.push(`code turned: ${holder.id}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return found;
}"""


@pytest.fixture
def payee_id(engine: str) -> str:
    return f"{engine}-names"


def heard(phone: Phone) -> list[str]:
    """What was played and said since the last time."""
    return list(phone.evaluate("() => heard.splice(0)"))


def test_a_till_says_whether_it_is_heard_speaks_arabic_and_holds_every_name(
    market: Demo, new_phone: Callable[[Screen], Phone], engine: str, payee_id: str
) -> None:
    phone = new_phone(ARABIC)
    key = make_key(market, payee_id, "Stall phone")
    phone.goto(key.link)
    phone.evaluate(_EARS)
    phone.wait_until("() => document.documentElement.dir === 'rtl'")
    phone.wait_for("#sound-start")  # nobody touched it yet
    ids = [
        say_paid(market, payee_id, name, "9999.50", reason=(name * 3)[:140], method="upi")
        for name in NAMES
    ]
    phone.come_online()
    phone.wait_until("(n) => document.querySelectorAll('.row').length === n", len(NAMES))
    assert [one for one in heard(phone) if not one.startswith("ar-EG ")] == []
    assert phone.evaluate(_ESCAPES) == []
    confirmed, said = phone.evaluate(_SUMS_FROM)
    assert confirmed > said

    phone.tap("#sound-start")
    phone.wait_for("#sounds")
    if engine not in MUTE_MACHINES:
        phone.wait_until(_IS_HEARD)
    assert phone.sees("#sound-start") != phone.evaluate(_IS_HEARD)
    phone.tap("#sound-said")
    phone.tap("#sound-confirmed")
    tones = [one for one in heard(phone) if not one.startswith("ar-EG ")]
    assert tones == ["triangle", "triangle", "sine", "sine"]
    phone.tap("#back")

    for payment_id in ids[1:3]:
        phone.tap(f"#row-{payment_id}")
        phone.wait_for("#ticket .got")
        assert phone.evaluate(_ESCAPES) == []
        phone.tap("#back")
        phone.wait_for("#list")

    said = say_paid(market, payee_id, "آشا", "50")
    phone.come_online()
    phone.wait_for(f"#row-{said}")
    *knock, words = heard(phone)
    assert knock == ["triangle", "triangle"]
    assert words.startswith("ar-EG ")
    assert "آشا" in words

    payees(market, "till", payee_id, "--revoke", str(key.number))
    phone.come_online()
    phone.wait_for("#closed-title")
    assert phone.evaluate("() => document.querySelectorAll('.row, #ticket *').length") == 0
    kept = "() => Object.keys(localStorage).filter((key) => key.includes(':of:'))"
    assert phone.evaluate(kept) == []
