"""A payee's till: seen, confirmed, undone, asked for, offline, revoked."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from testkit.demo_process import ROOT, Demo
from testkit.till_steps import Key, make_key, mint, payees, say_paid

pytestmark = [pytest.mark.browser, pytest.mark.emulator]

AXE = ROOT / ".tools/node/node_modules/axe-core/axe.min.js"
PAYEE = "shilpa"
TOO_WIDE = """[...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""
SLOWEST = 20_000  # a quiet till asks every 15 s


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


def test_a_payment_is_seen_confirmed_undone_and_reversed(demo: Demo, till: Page) -> None:
    payment_id = say_paid(demo, PAYEE, "Asha Till", "50", reason="2 kg tomatoes", method="upi")
    asha = till.locator(".row", has_text="Asha Till")
    expect(asha).to_contain_text("says paid", timeout=SLOWEST)
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
    expect(till.locator(".row", has_text="Ravi Till")).to_contain_text("says paid", timeout=SLOWEST)
    payees(demo, "confirm", payment_id.reference, "--evidence", "statement")
    expect(till.locator(".row.confirmed", has_text="Ravi Till")).to_be_visible(timeout=SLOWEST)
    say_paid(demo, PAYEE, "Late Till", "7", mint(timedelta(days=2)))
    till.reload()  # which looks a month back
    expect(till.locator(".row", has_text="Late Till")).to_contain_text("says paid, late")


def test_offline_it_says_since_when_and_sends_what_was_done_once_it_is_back(
    demo: Demo, till: Page
) -> None:
    payment_id = say_paid(demo, PAYEE, "Offline Till", "30")
    till.locator(".row", has_text="Offline Till").click(timeout=SLOWEST)
    till.context.set_offline(offline=True)
    press(till, "Got it")
    expect(till.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(till.locator("#unsent")).to_be_visible()
    expect(till.locator("#blind-since")).to_contain_text("Not updated since")
    press(till, "Back to today")
    expect(till.locator("#sums")).to_contain_text("as of")
    till.context.set_offline(offline=False)
    expect(till.locator("#blind")).to_be_hidden(timeout=SLOWEST)
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
    expect(till.locator(".row", has_text="Gone Till")).to_be_visible(timeout=SLOWEST)
    payees(demo, "till", PAYEE, "--revoke", str(key.number))
    expect(till.get_by_role("heading", name="This till was closed.")).to_be_visible(timeout=SLOWEST)
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


def test_a_hostile_name_stays_in_its_line(demo: Demo, till: Page) -> None:
    name = "<b>Confirmed</b> ₹500 " + "x" * 40
    say_paid(demo, PAYEE, name, "1")
    line = till.locator(".row.said", has_text="<b>Confirmed</b>")
    expect(line).to_be_visible(timeout=SLOWEST)
    assert line.locator(".who bdi").evaluate("e => getComputedStyle(e).unicodeBidi") == "isolate"
    assert till.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_accessible(demo: Demo, till: Page, scheme: str) -> None:
    till.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    say_paid(demo, PAYEE, "Axe Till", "5", reason="Rose")
    first = till.locator(".row", has_text="Axe Till").first
    expect(first).to_be_visible(timeout=SLOWEST)

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


def test_a_browser_without_what_the_script_needs_is_told(demo: Demo, browser: Browser) -> None:
    with browser.new_context() as context:
        context.add_init_script("delete window.JSON")
        page = context.new_page()
        page.goto(f"{demo.url}till/")
        expect(page.get_by_role("heading", name="This browser is too old")).to_be_visible()
        boxes = page.locator("input, select, button").all()
        assert not [box for box in boxes if box.is_visible()]


def test_right_to_left_nothing_is_wider_than_the_phone(till: Page) -> None:
    """Arabic is not among the sample's languages; what turns is the direction."""
    till.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    assert till.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(till.locator("#sums .said")).to_be_visible()
    confirmed, said = till.evaluate(  # at once: each look of the till draws them anew
        "['confirmed', 'said'].map("
        "(kind) => document.querySelector(`#sums .${kind}`).getBoundingClientRect().x)"
    )
    assert confirmed > said
