"""Bad networks, killed tabs and two of them, seen from the phone."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import boto3
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from backend.dynamo_registry import DynamoRegistry
from cli.system import STATE_FILE
from payments.payee import Payee, PayeeStatus
from testkit.demo_process import Demo
from testkit.factories import make_payee
from testkit.page_steps import (
    API,
    abort,
    expect_receipt,
    expect_unconfirmed,
    fill,
    reconnect,
    send,
    wait_until,
    watch_requests,
)
from tests.e2e.conftest import PLAIN_HOST

pytestmark = [pytest.mark.browser, pytest.mark.emulator]


def test_a_payment_made_offline_is_sent_when_the_network_is_back(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    expect(page.get_by_text("Don\u2019t pay again.", exact=True)).to_be_visible()
    expect(page.get_by_text("This phone has no network. We try again")).to_be_visible()
    page.context.set_offline(False)
    expect_receipt(page)
    assert len(sent) >= 2
    assert all(request == sent[0] for request in sent)


def test_a_busy_ledger_is_asked_again_when_it_said(demo: Demo, page: Page) -> None:
    answers = [(429, "2"), (503, "1")]
    times = []

    def busy(route: Route) -> None:
        times.append(time.monotonic())
        if not answers:
            return route.continue_()
        status, wait = answers.pop(0)
        return route.fulfill(
            status=status,
            headers={"Retry-After": wait, "Content-Type": "application/problem+json"},
            body=json.dumps({"code": "ledger-unavailable"}),
        )

    page.route(API, busy)
    page.goto(f"{demo.url}mahantesh/")
    sent = watch_requests(page)
    fill(page)
    send(page)
    expect_receipt(page)
    assert [request == sent[0] for request in sent] == [True] * 3
    assert times[1] - times[0] >= 2
    assert times[2] - times[1] >= 1


def test_a_tab_killed_after_the_server_committed_ends_in_one_payment(
    demo: Demo, phone: BrowserContext
) -> None:
    page = phone.new_page()
    page.goto(f"{demo.url}shilpa/")
    sent = watch_requests(page)
    statuses = []

    def commit_and_die(route: Route) -> None:
        statuses.append(route.fetch().status)  # recorded; the page waits for an answer for ever

    page.route(API, commit_and_die)
    fill(page)
    send(page)
    wait_until(page, lambda: statuses)
    page.close()  # without a chance to tidy up

    again = phone.new_page()
    answers = []
    again.on("response", lambda response: answers.append((response.status, response.url)))
    sent_again = watch_requests(again)
    again.goto(f"{demo.url}shilpa/")
    expect_receipt(again)
    assert statuses == [201]
    assert sent_again == sent
    assert (200, sent[0][0]) in answers  # the first answer again, no second payment


def test_a_second_tab_waits_for_the_first_and_takes_over_when_it_dies(
    demo: Demo, phone: BrowserContext
) -> None:
    first, second = phone.new_page(), phone.new_page()
    first.goto(f"{demo.url}sneha/")
    first.route(API, abort)
    sent = watch_requests(first)
    fill(first)
    send(first)
    expect_unconfirmed(first)

    sent_by_second = watch_requests(second)
    second.goto(f"{demo.url}sneha/")
    expect(second.get_by_text("Another tab is sending this")).to_be_visible()
    expect(second.get_by_role("button", name="Stop trying")).to_be_hidden()
    assert sent_by_second == []
    first.close()
    expect_receipt(second)
    assert sent_by_second == [sent[0]]


def test_a_second_tab_lets_go_of_what_the_first_has_finished(
    demo: Demo, phone: BrowserContext
) -> None:
    first, second = phone.new_page(), phone.new_page()
    first.goto(f"{demo.url}sneha/")
    first.route(API, abort)
    fill(first)
    send(first)
    expect_unconfirmed(first)
    second.goto(f"{demo.url}sneha/")
    expect(second.get_by_text("Another tab is sending this")).to_be_visible()
    reconnect(first)
    expect_receipt(first)
    # Browsers may show a tab late what another one removed: then it asks once more, by the same id,
    # and gets the same receipt.
    let_go = second.locator("#notice").get_by_text("Another tab is sending this")
    receipt = second.get_by_role("heading", name="Written down")
    expect(let_go.or_(receipt)).to_be_visible()
    if receipt.is_visible():
        shown = second.locator("#reference").inner_text()
        assert shown == first.locator("#reference").inner_text()


@contextmanager
def _as_published(demo: Demo, payee: Payee) -> Iterator[Callable[[Payee], None]]:
    """Publishes what the demo knows of a payee, first `payee`; as it was before, afterwards."""
    table = json.loads((demo.state_dir / STATE_FILE).read_text())["registry_table"]
    with closing(boto3.client("dynamodb", endpoint_url=demo.endpoint_url)) as client:
        registry = DynamoRegistry(client, table)
        before = registry.find_fresh(payee.payee_id)
        assert before

        def publish(changed: Payee) -> None:
            registry.register(changed, registry.begin_publish())

        publish(payee)
        yield publish
        publish(before)


@pytest.mark.parametrize("change", ["closed", "lowered limits"])
def test_no_refusal_overtakes_an_attempt_that_is_still_on_its_way(
    demo: Demo, page: Page, change: str
) -> None:
    """Two requests in flight: the first is held up, the payee changes, the second is refused, the
    first is recorded after all. The page must not have dropped the payment in between."""
    held: list[tuple[str, bytes]] = []
    statuses: list[int] = []

    def hold_the_first(route: Route) -> None:
        if not held:
            held.append((route.request.url, route.request.post_data_buffer or b""))
            return route.abort()  # the phone hears nothing of it
        answer = route.fetch()
        statuses.append(answer.status)
        return route.fulfill(response=answer)

    payee = make_payee("mahantesh", name="Mahantesh")
    closed = replace(payee, status=PayeeStatus.CLOSED)
    with _as_published(demo, payee) as publish:
        page.clock.install()
        page.route(API, hold_the_first)
        page.goto(f"{demo.url}mahantesh/")
        fill(page)
        send(page)
        expect_unconfirmed(page)
        if change == "closed":
            publish(closed)
        else:
            publish(make_payee("mahantesh", name="Mahantesh", most="20"))
        page.get_by_role("button", name="Try now").click()
        wait_until(page, lambda: statuses)
        assert statuses[0] == (410 if change == "closed" else 422)
        expect_unconfirmed(page)

        publish(payee)  # the API looked at the payee before it changed …
        url, body = held[0]
        late = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="PUT")
        wait_until(page, lambda: _is_taken(late))  # … which the demo's API remembers for a second
        publish(closed)
        page.clock.fast_forward(16_000)
        expect_receipt(page)
        assert statuses[-1] == 200


def _is_taken(request: urllib.request.Request) -> bool:
    try:
        with urllib.request.urlopen(request) as answer:
            return bool(answer.status == 201)
    except urllib.error.HTTPError as refused:
        refused.close()
        return False


def test_plain_http_has_less_but_still_records(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url.replace('127.0.0.1', PLAIN_HOST)}mahantesh/")
    assert not page.evaluate("isSecureContext || 'locks' in navigator || 'clipboard' in navigator")
    fill(page)
    send(page)
    expect_receipt(page)
    for name in ("Share", "Copy"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


def test_the_back_button_returns_to_the_form_and_sends_nothing(demo: Demo, page: Page) -> None:
    sent = watch_requests(page)
    page.goto(f"{demo.url}mahantesh/")
    fill(page)
    page.get_by_role("button", name="Continue").click()
    page.go_back()
    expect(page.get_by_label("Your name")).to_have_value("Asha")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Amount", exact=True)).to_have_value("50")
    assert sent == []
    send(page)
    expect_receipt(page)


def refuse_with(problem: object) -> Callable[[Route], None]:
    body = json.dumps(problem)
    return lambda route: route.fulfill(
        status=422, content_type="application/problem+json", body=body
    )


def test_a_closed_payee_and_a_clock_beyond_help_are_said_in_words(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.url}mahantesh/")
    for code, sentence in (
        ("payee-closed", "No more payments are taken here."),
        ("clock-skew", "clock is wrong"),
        ("payment-conflict", "Not written down (\u2068payment-conflict\u2069)"),
    ):
        problem = {"code": code, "title": "No", "now": "nonsense"}
        page.route(API, refuse_with(problem))
        fill(page)
        send(page)
        expect(page.locator("#notice")).to_contain_text(sentence)
        expect(page.locator("#notice")).to_be_focused()
        page.unroute(API)
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('pending'))") == []
