"""A payee's till: seen, confirmed, undone, asked for, offline, revoked."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from testkit.demo_process import ROOT, Demo
from testkit.till_steps import Key, make_key, mint, payees, say_paid

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

AXE = ROOT / ".tools/node/node_modules/axe-core/axe.min.js"
PAYEE = "shilpa"
TOO_WIDE = """[...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""
TOO_SMALL = """() => [...document.querySelectorAll("button, input, summary, fieldset label")]
  .filter((one) => one.type !== "radio")  // its label is pressed
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 43.9)
  .map(([html]) => html)"""
UNHEARD = """
window.AudioContext = class {
  constructor() { this.state = "suspended"; }
  resume() {
    // HTML's activation triggering input events, of a finger
    if (!["touchend", "pointerup", "click", "keydown"].includes(event && event.type)) return;
    this.state = "running";
    this.onstatechange();
  }
  createGain() { return { gain: this, connect() {} }; }
  createOscillator() { return { frequency: this, connect() {}, start() {}, stop() {} }; }
  setValueAtTime() {}
  exponentialRampToValueAtTime() {}
};
"""


@pytest.fixture
def key(demo: Demo) -> Key:
    return make_key(demo, PAYEE, "Stall phone")


@pytest.fixture
def till(page: Page, key: Key) -> Page:
    page.goto(key.link)
    expect(page.locator("#fresh")).to_contain_text("up to date")
    expect(page.locator("#payee-name")).to_have_text("Shilpa")
    return page


def press(till: Page, name: str) -> None:
    till.get_by_role("button", name=name).click()


def look_now(till: Page) -> None:
    till.evaluate("dispatchEvent(new Event('online'))")


def test_a_payment_is_seen_confirmed_undone_and_reversed(demo: Demo, till: Page) -> None:
    payment_id = say_paid(demo, PAYEE, "Asha Till", "50", reason="2 kg tomatoes", method="upi")
    asha = till.locator(".row", has_text="Asha Till")
    look_now(till)
    expect(asha).to_contain_text("says paid")
    expect(asha).to_contain_text(payment_id.text[-4:])
    asha.click()
    press(till, "Got it")
    expect(till.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(till.locator("#unsent")).to_be_hidden()
    assert "by Stall phone: seen" in payees(demo, "show", payment_id.reference)
    press(till, "Undo")
    expect(till.locator("#ticket")).to_contain_text("Not confirmed")
    till.get_by_text("Didn\u2019t come").first.click()
    till.get_by_label("Another amount came").check()
    press(till, "Say it didn\u2019t come")
    expect(till.get_by_role("heading", name="Didn\u2019t come")).to_be_visible()
    expect(till.locator("#unsent")).to_be_hidden()
    shown = payees(demo, "show", payment_id.reference)
    assert re.search(r"reversed .* by Stall phone: another amount came", shown, re.DOTALL)


def test_what_the_treasurer_did_appears_and_what_came_late_is_told(demo: Demo, till: Page) -> None:
    payment_id = say_paid(demo, PAYEE, "Ravi Till", "80")
    look_now(till)
    expect(till.locator(".row", has_text="Ravi Till")).to_contain_text("says paid")
    payees(demo, "confirm", payment_id.reference, "--evidence", "statement")
    look_now(till)
    expect(till.locator(".row.confirmed", has_text="Ravi Till")).to_be_visible()
    say_paid(demo, PAYEE, "Late Till", "7", mint(timedelta(days=2)))
    till.reload()  # which looks a month back
    expect(till.locator(".row", has_text="Late Till")).to_contain_text("says paid, late")


def test_offline_it_says_since_when_and_sends_what_was_done_once_it_is_back(
    demo: Demo, till: Page
) -> None:
    payment_id = say_paid(demo, PAYEE, "Offline Till", "30")
    look_now(till)
    till.locator(".row", has_text="Offline Till").click()
    till.context.set_offline(offline=True)
    press(till, "Got it")
    expect(till.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(till.locator("#unsent")).to_be_visible()
    expect(till.locator("#blind-since")).to_contain_text("Not updated since")
    press(till, "Back to today")
    expect(till.locator("#sums")).to_contain_text("as of")
    till.context.set_offline(offline=False)
    look_now(till)
    expect(till.locator("#blind")).to_be_hidden()
    expect(till.locator(".row", has_text="Offline Till")).to_contain_text("you,")
    assert payees(demo, "show", payment_id.reference).count("by Stall phone: seen") == 1


def test_money_is_asked_for_and_cash_is_the_payees_own_word(demo: Demo, till: Page) -> None:
    press(till, "Ask for money")
    for digit in "120":
        till.locator("#keys").get_by_role("button", name=digit, exact=True).click()
    till.get_by_label("What for").fill("Garland & rose")
    press(till, "Show QR for ₹120")
    code = till.locator("#request-code").inner_text()
    expect(till.locator("#qr svg")).to_be_visible()
    request = till.evaluate("JSON.parse(localStorage['payee-till:of:shilpa:request'])")
    assert request["payment_id"].endswith(code)
    press(till, "Got it in cash")
    expect(till.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(till.locator("#unsent")).to_be_hidden()
    assert "said" not in till.locator("#events").inner_text()  # for no payer did
    shown = payees(demo, "show", request["payment_id"])
    for text in ("120.00", "Garland & rose", "cash", "by Stall phone: cash in hand"):
        assert text in shown


def test_a_revoked_key_says_so_and_clears_what_it_showed(demo: Demo, till: Page, key: Key) -> None:
    say_paid(demo, PAYEE, "Gone Till", "9")
    look_now(till)
    expect(till.locator(".row", has_text="Gone Till")).to_be_visible()
    payees(demo, "till", PAYEE, "--revoke", str(key.number))
    look_now(till)
    expect(till.get_by_role("heading", name="This till was closed.")).to_be_visible()
    assert "Gone Till" not in till.content()
    assert till.evaluate("Object.keys(localStorage).filter(k => k.includes(':of:')).length") == 0
    till.reload()
    expect(till.get_by_text("opens with the QR code on your card")).to_be_visible()


def test_the_key_leaves_the_address_and_forgetting_forgets(till: Page) -> None:
    assert till.url.endswith("/till/")
    till.reload()
    expect(till.locator("#payee-name")).to_have_text("Shilpa")
    press(till, "Menu")
    press(till, "Forget on this phone")
    till.locator("#forget-yes").click()
    expect(till.get_by_text("opens with the QR code on your card")).to_be_visible()
    assert till.evaluate("localStorage['payee-till:keys']") == "[]"
    # Without a key it says how it works, and the menu leads back to that.
    expect(till.locator("#closed .steps li", has_text="Press “Got it”")).to_be_visible()
    press(till, "Menu")
    expect(till.locator("#forget")).to_be_hidden()  # there is nothing to forget
    till.locator("#back").click()
    expect(till.locator("#closed")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible(demo: Demo, till: Page, scheme: str) -> None:
    till.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    say_paid(demo, PAYEE, "Axe Till", "5", reason="Rose")
    first = till.locator(".row", has_text="Axe Till").first
    look_now(till)
    expect(first).to_be_visible()

    till.evaluate(AXE.read_text("utf-8"))

    def check() -> None:
        found = till.evaluate("axe.run().then(({violations}) => violations)")
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []

    check()
    first.click()
    check()
    press(till, "Back to today")
    press(till, "Ask for money")
    check()
    till.locator("#keys").get_by_role("button", name="7", exact=True).click()
    press(till, "Show QR for ₹7")
    expect(till.locator("#qr svg")).to_be_visible()
    check()
    press(till, "Menu")
    check()
    press(till, "Try the sounds")
    check()
    press(till, "Back to today")
    press(till, "Menu")
    press(till, "Forget on this phone")
    check()
    till.locator("#forget-yes").click()
    expect(till.locator("#closed-title")).to_be_visible()
    check()


def test_a_narrow_phone_with_large_text_and_a_counter_show_everything(
    demo: Demo, browser: Browser, key: Key
) -> None:
    say_paid(demo, PAYEE, "Wide Till", "5", reason="Rose")
    for width, height in ((160, 320), (1024, 640)):  # 320 pixels at 200 %
        context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
        page = context.new_page()
        page.goto(key.link)
        row = page.locator(".row", has_text="Wide Till").first
        expect(row).to_be_visible()
        expect(row.locator("span > small").first).to_have_text("Rose")
        # The keypad comes later, and until then nothing says that the network is gone.
        expect(page.locator("#ask-closed")).to_be_hidden(timeout=1)
        wide = page.evaluate(TOO_WIDE)
        assert wide == [], width
        if width == 1024:
            for part in ("#sums", "#keys", "#ticket", "#list"):
                expect(page.locator(part)).to_be_visible()
        context.close()


def test_a_counter_shows_the_newest_and_no_press_comes_through_to_another(
    demo: Demo, browser: Browser, key: Key
) -> None:
    with browser.new_context(viewport={"width": 1024, "height": 640}, locale="en-GB") as context:
        counter = context.new_page()
        counter.goto(key.link)
        ticket = counter.locator("#ticket")
        first = say_paid(demo, PAYEE, "First Counter", "5")
        look_now(counter)
        expect(ticket).to_contain_text("First Counter")  # nobody opened it
        say_paid(demo, PAYEE, "Second Counter", "6")
        look_now(counter)
        expect(ticket).to_contain_text("Second Counter")
        expect(counter.locator("#ticket .got")).to_be_enabled()
        counter.locator("#ticket .got").dblclick()  # as hands do that are in a hurry
        expect(ticket).to_contain_text("Confirmed")
        expect(ticket).to_contain_text("Second Counter")
        expect(ticket.get_by_role("button", name="Undo")).to_be_visible()
        expect(counter.locator(f"#row-{first}")).to_have_class("row said")
        say_paid(demo, PAYEE, "Third Counter", "7")
        look_now(counter)
        expect(ticket).to_contain_text("Third Counter")
        for digit in "12":
            counter.locator("#keys").get_by_role("button", name=digit, exact=True).click()
        press(counter, "Show QR for ₹12")
        expect(counter.locator("#qr svg")).to_be_visible()
        expect(counter.locator("#keys")).to_be_visible()
        expect(counter.locator("#list")).to_be_visible()


def test_one_thumb_does_it_all_on_the_smallest_phone(
    demo: Demo, browser: Browser, key: Key
) -> None:
    """What comes next lies in the lower half, and nothing is smaller than a finger's tip."""
    payment_id = say_paid(demo, PAYEE, "Thumb Till", "5", reason="Rose", method="upi")
    screen = {"width": 320, "height": 568}
    with browser.new_context(viewport=screen, has_touch=True, locale="en-GB") as context:  # type: ignore[arg-type]
        context.add_init_script(UNHEARD)
        till = context.new_page()
        till.goto(key.link)
        expect(till.locator("#sound-start")).to_be_visible()

        def tap(selector: str) -> None:
            place = till.locator(selector)
            expect(place).to_be_enabled()
            while True:
                with suppress(Error):  # the list was drawn anew meanwhile
                    place.scroll_into_view_if_needed(timeout=5000)
                    break
                expect(place).to_be_enabled()
            box = place.bounding_box()
            assert box
            assert box["y"] + box["height"] > screen["height"] / 2, selector
            till.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
            assert till.evaluate(TOO_SMALL) == []

        tap(f"#row-{payment_id}")
        expect(till.locator("#sound-start")).to_be_hidden()  # the first tap is enough
        tap("#ticket .got")
        expect(till.locator("#ticket")).to_contain_text("Confirmed")
        tap("#ticket .wide:not(.bad)")
        expect(till.locator("#ticket")).to_contain_text("Not confirmed")
        tap("#ticket summary")
        tap("#ticket details button")
        expect(till.locator("#ticket.reversed")).to_be_visible()
        till.go_back()
        tap("#ask")
        for _ in "11":
            till.locator("#keys").get_by_role("button", name="1", exact=True).tap()
        tap("#show-qr")
        expect(till.locator("#qr svg")).to_be_visible()
        tap("#request-cash")
        expect(till.locator("#ticket")).to_contain_text("₹11")


def test_it_keeps_the_screen_on_and_still_as_asked_adds_goods_and_finds(
    demo: Demo, till: Page
) -> None:
    till.evaluate(
        """() => {
          window.locks = [];
          window.buzzed = 0;
          const lock = { release: () => locks.push("released") };
          const wakeLock = { request: async (what) => { locks.push(what); return lock; } };
          Object.defineProperty(navigator, "wakeLock", { value: wakeLock });
          navigator.vibrate = () => { buzzed++; };
        }"""
    )
    press(till, "Menu")
    for pressed, locks in ("true", ["screen"]), ("false", ["screen", "released"]):
        till.locator("#awake").click()
        expect(till.locator("#awake")).to_have_attribute("aria-pressed", pressed)
        assert till.evaluate("locks") == locks
    press(till, "Back to today")
    press(till, "Sound is on")
    say_paid(demo, PAYEE, "Silent Till", "6", reason="Lilies")
    look_now(till)
    expect(till.locator("#status")).to_contain_text("Silent Till")  # for screen readers
    assert till.evaluate("buzzed") == 0
    press(till, "Sound is off")
    assert till.evaluate("buzzed") == 1
    till.locator("#span-search").click()
    till.locator("#query").fill("lilies")
    expect(till.locator("#list .row")).to_have_count(1)
    press(till, "Ask for money")
    till.locator(".edit summary").click()
    for name, price in ("Tea", "10"), ("Bun", "25.50"):
        till.locator("#item-name").fill(name)
        till.locator("#item-price").fill(price)
        till.locator("#add-item").click()
    for item in ("Tea", "Bun", "Tea"):
        till.locator("#items button", has_text=item).click()
    expect(till.locator("#display")).to_have_text("₹45.50")
    expect(till.locator("#reason")).to_have_value("2 \u00d7 Tea, Bun")


def test_a_browser_without_what_the_script_needs_is_told(demo: Demo, browser: Browser) -> None:
    with browser.new_context() as context:
        context.add_init_script("delete window.JSON")
        page = context.new_page()
        page.goto(f"{demo.url}till/")
        expect(page.get_by_role("heading", name="This browser is too old")).to_be_visible()
        boxes = page.locator("input, select, button").all()
        assert not [box for box in boxes if box.is_visible()]
