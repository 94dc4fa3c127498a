"""What the payer's device keeps, and what becomes of a recorded payment."""

import re
import subprocess
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from testkit.demo_process import PAYEES, ROOT, Demo
from testkit.page_steps import API, abort, expect_receipt, expect_unconfirmed, fill, send

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def pay(page: Page, *, remember: bool = True, **fields: str) -> None:
    fill(page, **fields)
    page.get_by_label("Remember me").set_checked(remember)
    send(page)
    expect_receipt(page)


def kept(page: Page) -> list[str]:
    keys: list[str] = page.evaluate("Object.keys(localStorage).sort()")
    return [re.sub(r":[0-9A-Z]{26}$", "", key) for key in keys]


def open_kept(page: Page) -> None:
    page.get_by_role("button", name="My notes on this phone").click()


def test_without_consent_nothing_is_left_behind(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, remember=False)
    assert set(kept(page)) <= {"payee-pages:payer"}
    assert page.evaluate("localStorage['payee-pages:payer'] || ''") == ""
    page.get_by_role("button", name="Write down another payment").click()
    page.reload()
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.get_by_role("button", name="My notes on this phone")).to_be_hidden()


def test_a_receipt_outlives_a_reload_but_not_its_tab(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, remember=False)
    reference = page.locator("#reference").inner_text()
    for _ in range(2):
        page.reload()
        expect_receipt(page)
        assert page.locator("#reference").inner_text() == reference
    elsewhere = page.context.new_page()
    elsewhere.goto(f"{demo.url}mahantesh/")
    expect(elsewhere.get_by_role("button", name="Continue")).to_be_visible()
    page.goto(f"{demo.url}sneha/")
    page.goto(f"{demo.url}mahantesh/")  # come anew, somebody wants to pay
    expect(page.get_by_role("button", name="Continue")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_with_consent_name_and_receipts_are_found_again(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page, amount="50", reason="2 kg tomatoes")
    reference = page.locator("#reference").inner_text()
    page.get_by_role("button", name="Write down another payment").click()
    expect(page.get_by_label("Amount", exact=True)).to_be_focused()
    pay(page, amount="20", reason="Onions")

    page.goto(f"{demo.url}sneha/")
    expect(page.get_by_label("Your name")).to_have_value("Asha")
    open_kept(page)
    lines = page.locator("#payments button")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("₹20.00")  # the latest first
    assert reference in page.locator("#payments").inner_text()
    for wanted in ("tomat", reference[:11], "₹50"):
        page.get_by_label("Search").fill(wanted)
        expect(lines).to_have_count(1)
        expect(lines).to_contain_text("₹50.00")
    page.get_by_label("Search").fill("cucumber")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    page.get_by_label("Search").fill("")
    lines.last.click()
    expect_receipt(page)
    assert page.locator("#reference").inner_text() == reference
    expect(page.locator("#receipt [data-show=payee_name]")).to_have_text("Mahantesh")
    page.go_back()
    expect(page.get_by_role("button", name="Continue")).to_be_visible()


def test_forgetting_names_what_is_not_confirmed_and_asks_first(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    pay(page)
    page.get_by_role("button", name="Write down another payment").click()
    page.route(API, abort)
    fill(page, amount="33")
    send(page)
    expect_unconfirmed(page)
    page.goto(f"{demo.url}sneha/")
    page.get_by_role("button", name="1 note is still being sent").click()
    page.get_by_role("button", name="Forget on this phone").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("1 note is still being sent")
    expect(question.get_by_role("listitem")).to_have_text("₹33.00 · Mahantesh")
    question.get_by_role("button", name="Back").click()
    assert kept(page) == ["payee-pages:payer", "payee-pages:pending", "payee-pages:receipt"]
    page.get_by_role("button", name="Forget on this phone").click()
    question.get_by_role("button", name="Forget on this phone").click()
    expect(page.get_by_label("Your name")).to_have_value("")
    assert kept(page) == []


def test_receipt_and_kept_payments_follow_what_the_payee_made_of_it(demo: Demo, page: Page) -> None:
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
    fill(page)
    page.get_by_label("Remember me").check()
    send(page)
    expect_receipt(page)
    page.clock.run_for(2100)
    page.wait_for_timeout(200)
    assert len(asked) == 1
    expect_receipt(page)
    status = "confirmed"
    page.clock.run_for(4100)
    expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Confirmed")).to_have_count(1)
    page.clock.run_for(120_000)
    page.wait_for_timeout(200)
    assert len(asked) < 10  # politely

    status = "reversed"
    open_kept(page)
    expect(page.locator("#payments")).to_contain_text("The money didn")
    page.reload()
    open_kept(page)
    expect(page.locator("#payments")).to_contain_text("The money didn")


def test_what_the_maintainer_says_of_a_payment_reaches_the_payer(demo: Demo, page: Page) -> None:
    def payees(command: str, because: str, why: str) -> None:
        reference = page.locator("#reference").inner_text()
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
    payees("reverse", "--reason", "paid twice")
    open_kept(page)
    expect(page.locator("#payments button").first).to_contain_text("The money didn")


def test_a_receipt_is_copied_and_its_clock_ticks(demo: Demo, phone: BrowserContext) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    page = phone.new_page()
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    send(page)
    expect_receipt(page)
    first = page.locator("#clock").inner_text()
    expect(page.locator("#clock")).not_to_have_text(first)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    text: Any = page.evaluate("navigator.clipboard.readText()")
    reference = page.locator("#reference").inner_text().strip()
    assert text.splitlines()[:2] == ["Written down", "₹50.00"]
    assert reference in text
    assert text.splitlines()[-1] == f"{demo.url}mahantesh/"


def test_a_receipt_is_shared_as_text(demo: Demo, page: Page) -> None:
    page.add_init_script("navigator.share = async (data) => { window.shared = data.text; };")
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    send(page)
    expect_receipt(page)
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert "₹50.00" in shared
    assert f"{demo.url}mahantesh/" in shared


def test_the_receipt_says_that_it_proves_nothing(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    send(page)
    expect_receipt(page)
    expect(page.locator("#receipt")).to_contain_text("prove that money came")
    groups = page.locator("#reference span").all_inner_texts()
    assert [len(group) for group in groups] == [5] * 5
