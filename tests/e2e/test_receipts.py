"""What the payer's device keeps, and what becomes of a recorded payment."""

import re
import subprocess
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from testkit.demo_process import PAYEES, ROOT, Demo
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    send,
    wait_until,
)

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def pay(page: Page, *, keep: bool = True, **fields: str) -> None:
    fill(page, **fields)
    send(page)
    expect_receipt(page)
    button = page.get_by_role("button", name="Keep it on my phone")
    if keep and button.is_visible():
        button.click()
        expect(page.get_by_role("button", name="Kept on this phone")).to_be_disabled()


def kept(page: Page) -> list[str]:
    keys: list[str] = page.evaluate("Object.keys(localStorage).sort()")
    return [re.sub(r":[0-9A-Z]{26}$", "", key) for key in keys]


def open_kept(page: Page) -> None:
    page.get_by_role("button", name="My notes on this phone").click()


def show_form(page: Page) -> None:
    page.get_by_role("button", name="Write down another payment").click()


def last(page: Page) -> Locator:
    return page.locator("#last")


def test_without_consent_a_receipt_goes_after_a_day_and_no_name_is_left(
    demo: Demo, page: Page
) -> None:
    page.clock.install()
    page.goto(f"{demo.url}mahantesh/")
    pay(page, keep=False)
    assert kept(page) == ["payee-pages:receipt"]
    page.goto(f"{demo.url}sneha/")
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(last(page)).to_be_hidden()  # it was another payee
    page.clock.fast_forward(86_400_000)
    page.goto(f"{demo.url}mahantesh/")
    expect(last(page)).to_be_hidden()
    assert kept(page) == []


def test_the_last_receipt_is_one_line_on_the_form_and_back_and_forward_lose_none(
    demo: Demo, page: Page
) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, keep=False)
    reference = page.locator("#reference").inner_text()
    for _ in range(2):
        page.reload()
        expect_receipt(page)
        assert page.locator("#reference").inner_text() == reference
    page.go_back()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    expect(last(page)).to_contain_text("Last: ₹50, ")
    expect(last(page)).to_contain_text("waiting")
    page.go_forward()
    expect_receipt(page)
    page.goto(f"{demo.url}mahantesh/")  # the same code is scanned again, into this tab
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    last(page).click()
    expect_receipt(page)
    assert page.locator("#reference").inner_text() == reference
    elsewhere = page.context.new_page()  # or into a new one
    elsewhere.goto(f"{demo.url}mahantesh/")
    last(elsewhere).click()
    expect_receipt(elsewhere)
    assert elsewhere.locator("#reference").inner_text() == reference


def test_with_consent_name_and_receipts_are_found_again(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, amount="50", reason="2 kg tomatoes")
    reference = page.locator("#reference").inner_text()
    show_form(page)
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    pay(page, amount="20", reason="Onions")

    page.goto(f"{demo.url}sneha/")
    expect(page.get_by_label("Your name")).to_have_value("Asha")
    open_kept(page)
    lines = page.locator("#notes button")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("₹20")  # the latest first
    groups = re.sub(r"\s", "", page.locator("#notes").inner_text())
    assert re.sub(r"\s", "", reference) in groups
    for wanted in ("tomat", reference[:11], "₹50"):
        page.get_by_label("Search").fill(wanted)
        expect(lines).to_have_count(1)
        expect(lines).to_contain_text("₹50")
    page.get_by_label("Search").fill("cucumber")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_label("Search").fill("")
    lines.last.click()
    expect_receipt(page)
    assert page.locator("#reference").inner_text() == reference
    page.go_back()
    expect(lines).to_have_count(2)
    page.go_back()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_a_receipt_opened_from_another_payees_page_shows_its_own_payee_everywhere(
    demo: Demo, phone: BrowserContext
) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.new_page()
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{demo.url}mahantesh/")
    pay(page)
    page.goto(f"{demo.url}sneha/")
    open_kept(page)
    page.locator("#notes button").click()
    expect_receipt(page)
    expect(page.locator("#receipt")).to_contain_text("Mahantesh")
    expect(page.get_by_role("heading", name="Sneha")).to_be_hidden()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text: str = page.evaluate("navigator.clipboard.readText()")
    assert text.splitlines()[-1] == f"{demo.url}mahantesh/"
    assert "sneha" not in text.lower()


def test_forgetting_says_what_is_lost_and_what_is_on_its_way_and_asks_first(
    demo: Demo, page: Page
) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page)
    show_form(page)
    page.route(API, abort)
    fill(page, amount="33")
    send(page)
    expect_unconfirmed(page)
    page.goto(f"{demo.url}sneha/")
    page.get_by_role("button", name="1 note is still being sent").click()
    page.get_by_role("button", name="Forget on this phone").click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("Your name and your notes go from this phone.")
    expect(question).to_contain_text("What is written down stays.")
    expect(question).to_contain_text("1 note is still being sent")
    expect(question).to_contain_text("₹33 · Mahantesh")
    question.get_by_role("button", name="Back").click()
    assert kept(page) == ["payee-pages:payer", "payee-pages:pending", "payee-pages:receipt"]
    page.get_by_role("button", name="Forget on this phone").click()
    question.get_by_role("button", name="Forget on this phone").click()
    expect(page.get_by_label("Your name")).to_have_value("")
    page.wait_for_timeout(1500)  # nothing that was on its way comes back
    assert kept(page) == []


def test_receipt_and_notes_follow_what_the_payee_made_of_it(demo: Demo, page: Page) -> None:
    status = "claimed"
    asked = []
    recorded: dict[str, str] = {}

    def answer(route: Route) -> None:
        if route.request.method == "PUT":
            response = route.fetch()
            recorded.update(response.json())
            return route.fulfill(response=response)
        asked.append(route.request.url)
        return route.fulfill(json={**recorded, "status": status})

    page.clock.install()
    page.route(API, answer)
    page.goto(f"{demo.url}mahantesh/")
    pay(page)
    page.clock.run_for(2100)
    wait_until(page, lambda: asked)
    assert len(asked) == 1
    expect_receipt(page)
    status = "confirmed"
    page.clock.run_for(4100)
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(page.locator("#ticket")).to_have_class("card ticket confirmed")
    expect(page.get_by_role("status").filter(has_text="Confirmed")).to_have_count(1)
    page.clock.run_for(120_000)
    page.wait_for_timeout(200)
    assert len(asked) < 10  # politely

    status = "reversed"
    page.go_back()
    open_kept(page)
    expect(page.locator("#notes")).to_contain_text("No longer confirmed")
    page.locator("#notes button").click()
    expect(page.get_by_role("heading", name="No longer confirmed")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("Look in your bank app. Did ₹50 leave?")
    page.get_by_role("button", name="Pay now").click()
    expect(page.get_by_label("Amount", exact=True)).to_have_value("50")


def test_what_the_maintainer_says_of_a_payment_reaches_the_payer(demo: Demo, page: Page) -> None:
    def payees(command: str, because: str, why: str) -> None:
        reference = re.sub(r"\s", "", page.locator("#reference").inner_text())
        subprocess.run(
            [PAYEES, command, reference, because, why, "--state-dir", demo.state_dir],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )

    page.goto(f"{demo.url}mahantesh/")
    pay(page)
    payees("confirm", "--evidence", "bank statement, line 14")
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("has the money")
    payees("reverse", "--reason", "paid twice")
    expect(page.get_by_role("heading", name="No longer confirmed")).to_be_visible(timeout=10_000)


def test_a_receipt_is_copied_where_it_cannot_be_shared(demo: Demo, phone: BrowserContext) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.new_page()
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(f"{demo.url}mahantesh/")
    pay(page, keep=False)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text: Any = page.evaluate("navigator.clipboard.readText()")
    lines = text.splitlines()
    assert lines[0] == "Written down"
    assert "₹50" in lines
    assert lines[-2] == re.sub(r"\s", "", page.locator("#reference").inner_text())
    assert lines[-1] == f"{demo.url}mahantesh/"


def test_a_receipt_is_shared_as_text(demo: Demo, page: Page) -> None:
    page.add_init_script("navigator.share = async (data) => { window.shared = data.text; };")
    page.goto(f"{demo.url}mahantesh/")
    pay(page, keep=False)
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert "₹50" in shared
    assert f"{demo.url}mahantesh/" in shared


def test_a_recorded_receipt_has_a_code_to_compare_and_no_tick(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, keep=False)
    receipt = page.locator("#receipt")
    expect(receipt).to_contain_text("Waiting for \u2068Mahantesh\u2069 to confirm")
    expect(receipt).to_contain_text("A screen like this can be faked.")
    groups = page.locator("#reference span").all_inner_texts()
    assert [len(group) for group in groups] == [5] * 5
    code = "".join(page.locator("#code span").all_inner_texts())
    assert code == "".join(groups)[-4:]
    expect(page.locator("#code")).to_have_accessible_name(f"Code to compare {' '.join(code)}")
    expect(page.locator("#ticket")).to_have_class("card ticket said")
