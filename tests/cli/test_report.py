"""`payees report`: one HTML page with its chart."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from cli.commands.ledger.report import render_report
from cli.system import System
from desk.fields import grouped
from desk.overview import KEPT, KEPT_UNCONFIRMED, look_over
from desk.report_chart import bars_of, chart_svg
from desk.selection import Selection
from desk.totals import Total
from payments.events import History, PaymentStatus
from payments.money import Money
from payments.payee import PayeeId
from testkit.factories import NOW, make_event, make_payment, make_payment_id
from testkit.rosters import HOSTILE_NAMES
from tests.cli.desk import Desk
from tests.cli.ledgers import fill, record
from tests.sitegen.html_reading import parse_html


def days(**totals: int) -> dict[date, Total]:
    return {
        date.fromisoformat(day[1:].replace("_", "-")): Total(1, minor)
        for day, minor in totals.items()
    }


@pytest.mark.usefixtures("in_india")
def test_a_report_is_one_file_that_says_it_all(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    ids = fill(system)
    result = aws_desk.payees("report")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        f"6 payments of table {system.ledger_table} in report.html.\n"
        "Next: open report.html in a browser.\n"
    )
    page = Path("report.html").read_text()
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(|@import", page)
    document = parse_html(page)
    assert [heading.text for heading in document.all("h2")] == ["INR", "JPY"]
    assert [total.text for total in document.all("dd")][:3] == [
        "240.00 INR",
        "70.00 INR",
        "1.00 INR",
    ]
    assert len(document.all("svg")) == 2
    assert [heading.text for heading in document.all("h3")][1:3] == [
        "Who confirmed",
        "Not confirmed yet: 3",
    ]
    assert "2026-03-01: 70.00 INR in 2, of it 0.00 INR confirmed" in page
    assert "Mahantesh" in page
    assert ids[0].reference in page


def test_a_report_adds_up_ways_to_pay_once_a_payer_named_one(
    aws_desk: Desk, system: System
) -> None:
    aws_desk.payees("publish")
    record(system, 1)
    aws_desk.payees("report")
    assert "way to pay" not in Path("report.html").read_text()
    record(system, 2, method="upi", money=Money(700, "INR"))
    aws_desk.payees("report")
    document = parse_html(Path("report.html").read_text())
    assert "By way to pay" in [heading.text for heading in document.all("h3")]
    rows = [
        [cell.text for cell in row.all("td")][:3]
        for row in document.all("tr")
        if row.all("td") and row.all("td")[0].text in ("upi", "not said")
    ]
    assert rows == [["not said", "1", "50.00 INR"], ["upi", "1", "7.00 INR"]]


def test_an_empty_report_says_so(aws_desk: Desk) -> None:
    aws_desk.payees("publish")
    result = aws_desk.payees("report", "shilpa", "--since", "2026-03-01", "--out", "r.html")
    assert (result.exit_code, result.stderr.startswith("0 payments of ")) == (0, True)
    assert "Nothing is recorded in this time." in Path("r.html").read_text()


def test_hostile_names_are_text() -> None:
    histories = [
        History(make_payment(make_payment_id(random=n), payer_id=name[:64], reason=name))
        for n, name in enumerate(HOSTILE_NAMES)
    ]
    overviews = look_over(histories, lambda _: NOW.date())
    names = {PayeeId("town-bakery"): HOSTILE_NAMES[0]}
    page = render_report(overviews, names, Selection(), "<b>", NOW)
    assert not {element.tag for element in parse_html(page).walk()} & {"script", "img", "i", "b"}


def test_a_name_of_mixed_scripts_is_marked() -> None:
    imitation = History(make_payment(payer_id="\u0410sha"))  # its first letter is Cyrillic
    overviews = look_over([imitation], lambda _: NOW.date())
    page = render_report(overviews, {PayeeId("town-bakery"): "Bakery"}, Selection(), "x", NOW)
    assert "\u0410sha \u26a0 " in page


def test_the_largest_are_few_and_the_unconfirmed_all() -> None:
    histories = [
        History(make_payment(make_payment_id(random=n), money=Money(n + 1, "INR")))
        for n in range(100)
    ]
    reversed_one = make_payment(make_payment_id(random=200), money=Money(10**6, "INR"))
    confirmed = make_payment(make_payment_id(random=201), money=Money(500, "INR"))
    histories.append(History(reversed_one, (make_event(),)))
    histories.append(History(confirmed, (make_event(status=PaymentStatus.CONFIRMED),)))
    [overview] = look_over(histories, lambda _: NOW.date())
    amounts = [history.payment.money.amount_minor for history in overview.largest]
    assert amounts == [500, *range(100, 100 - KEPT + 1, -1)]
    assert len(overview.unconfirmed) == overview.unconfirmed_count == 100


def test_all_that_nobody_confirmed_is_there_and_folded_beyond_the_first() -> None:
    histories = [History(make_payment(make_payment_id(random=n))) for n in range(25)]
    names = {PayeeId("town-bakery"): "Bakery"}
    overviews = look_over(histories, lambda _: NOW.date())
    document = parse_html(render_report(overviews, names, Selection(), "x", NOW))
    [folded] = [one for one in document.all("div") if one.attributes.get("class") == "more"]
    assert folded.all("label")[0].text == "15 more, the longest waiting first"
    assert len(folded.all("code")) == 25 - KEPT
    waiting = {one.payment.payment_id.reference for one in histories}
    assert waiting <= {one.text for one in document.all("code")}
    few = look_over(histories[:KEPT], lambda _: NOW.date())
    assert "checkbox" not in render_report(few, names, Selection(), "x", NOW)


def test_more_unconfirmed_than_are_kept_is_said() -> None:
    history = History(make_payment())
    [overview] = look_over([history], lambda _: NOW.date())
    names = {PayeeId("town-bakery"): "Bakery"}
    overview.total.count = KEPT_UNCONFIRMED
    said = "The 10,000 that have waited longest"
    assert said not in render_report([overview], names, Selection(), "x", NOW)
    overview.total.count += 1
    assert said in render_report([overview], names, Selection(), "x", NOW)


def test_no_more_than_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.overview.KEPT_UNCONFIRMED", 20)
    histories = [History(make_payment(make_payment_id(random=n))) for n in range(25)]
    [overview] = look_over(histories, lambda _: NOW.date())
    assert (len(overview.unconfirmed), overview.unconfirmed_count) == (20, 25)


def test_a_report_sets_thousands_apart() -> None:
    histories = [
        History(make_payment(make_payment_id(random=n), money=Money(123_456_700, "INR")))
        for n in range(2)
    ]
    overviews = look_over(histories, lambda _: NOW.date())
    names = {PayeeId("town-bakery"): "Bakery"}
    page = render_report(overviews, names, Selection(), "x", NOW)
    assert parse_html(page).all("dd")[0].text == "2,469,134.00 INR"
    assert not re.search(r"\d{4}\.\d\d|\d{4} INR", page)
    assert "2,469,134.00 INR in 2, of it" in page  # the chart


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(123_456_700, "INR"), "1,234,567.00 INR"),
        (Money(1_234_567, "JPY"), "1,234,567 JPY"),
        (Money(1_234_567, "KWD"), "1,234.567 KWD"),
        (Money(99_900, "INR"), "999.00 INR"),
        ("-1234567.00 INR", "-1,234,567.00 INR"),
        ("-123.00 INR", "-123.00 INR"),
        (1000, "1,000"),
        (0, "0"),
    ],
)
def test_thousands_are_set_apart(amount: object, shown: str) -> None:
    assert grouped(amount) == shown


def test_the_longest_waiting_come_first() -> None:
    moments = [NOW.replace(day=1 + n) for n in (5, 1, 3)]
    histories = [
        History(make_payment(make_payment_id(moment), recorded_at=moment)) for moment in moments
    ]
    [overview] = look_over(histories, lambda _: NOW.date())
    waited = [history.payment.recorded_at.day for history in overview.unconfirmed]
    assert waited == [2, 4, 6]


def test_a_day_without_payments_has_its_place_and_many_days_become_months() -> None:
    bars = bars_of(days(_2026_03_01=100, _2026_03_04=200))
    assert [(bar.label, bar.total.recorded_minor) for bar in bars] == [
        ("2026-03-01", 100),
        ("2026-03-02", 0),
        ("2026-03-03", 0),
        ("2026-03-04", 200),
    ]
    months = bars_of(days(_2026_01_31=100, _2026_03_01=50, _2026_06_01=200))
    assert [(bar.label, bar.total.recorded_minor) for bar in months] == [
        ("2026-01", 100), ("2026-02", 0), ("2026-03", 50), ("2026-04", 0), ("2026-05", 0),
        ("2026-06", 200),
    ]  # fmt: skip


def test_bars_are_as_high_as_their_money() -> None:
    svg = str(chart_svg(bars_of(days(_2026_03_01=100_00, _2026_03_02=50_00)), "INR"))
    heights = [float(height) for height in re.findall(r'height="([\d.]+)" class="recorded"', svg)]
    assert heights == [220.0, 110.0]
    assert "100.00</text>" in svg


def test_a_chart_of_reversed_payments_alone_is_flat() -> None:
    svg = str(chart_svg(bars_of({NOW.date(): Total(reversed_count=1, reversed_minor=5)}), "JPY"))
    assert "<rect" not in svg


def test_it_says_who_confirmed_at_a_till_or_at_the_desk() -> None:
    ids = [make_payment_id(random=n) for n in range(3)]
    by = ["Counter 1", "Counter 1", "ravi"]
    histories = [
        History(make_payment(one), (make_event(one, status="confirmed", by=who),))
        for one, who in zip(ids, by, strict=True)
    ]
    overviews = look_over(histories, lambda _: NOW.date())
    payee_id = PayeeId("town-bakery")
    tills = {(payee_id, "Counter 1")}
    page = render_report(overviews, {payee_id: "Bakery"}, Selection(), "x", NOW, tills=tills)
    rows = [[cell.text for cell in row.all("td")][:2] for row in parse_html(page).all("tr")]
    assert ["Counter 1, till of Bakery", "2"] in rows
    assert ["ravi, at the desk", "1"] in rows


def test_what_is_open_is_told_by_payee_day_and_age() -> None:
    def claim(days: int, number: int) -> History:
        moment = NOW - timedelta(days=days)
        payment = make_payment(make_payment_id(moment, number), recorded_at=moment)
        return History(payment)

    settled = claim(2, 9)
    event = make_event(settled.payment.payment_id, status=PaymentStatus.CONFIRMED)
    histories = [claim(days, n) for n, days in enumerate((0, 3, 4, 7, 8, 31, 32, 400))]
    histories.append(History(settled.payment, (event,)))
    [overview] = look_over(histories, lambda one: one.payment.recorded_at.date())
    told = [(age, one.count, one.recorded_minor) for age, one in overview.ages(NOW.date())]
    assert told == [
        ("up to 3 days", 2, 10000),
        ("4 to 7 days", 2, 10000),
        ("8 to 31 days", 2, 10000),
        ("more than 31 days", 2, 10000),
    ]
    page = render_report([overview], {PayeeId("town-bakery"): "Bakery"}, Selection(), "x", NOW)
    assert re.search(
        r"<td>8 to 31 days</td><td class=\"number\">2</td>\s*<td[^>]*>100.00 INR", page
    )
    by_payee = re.search(r"<bdi>Bakery</bdi>.*?</tr>", page, re.DOTALL)
    assert by_payee
    assert re.findall(r"[0-9.]+ INR", by_payee[0]) == ["450.00 INR", "50.00 INR", "400.00 INR"]


def test_money_that_nobody_claims_is_told_from_a_plan(aws_desk: Desk, system: System) -> None:
    aws_desk.payees("publish")
    record(system, 2**77 + 3, "mahantesh")
    (aws_desk.folder / "march.csv").write_text(
        "Account,Date,Description,Ref No,Payer name,Amount\n"
        "A1,2026-03-02,Odd,B1,<b>Nobody,77.00\n"
        "A1,2026-03-02,Other,B2,Somebody,3.00\n"
        "A1,2026-03-05,Late,B3,Else,5.00\n"
        "A1,2026-03-05,Rent,B4,Landlord,-9.00\n"
    )
    assert aws_desk.payees("reconcile", "march.csv", "--plan", "plan.csv").exit_code == 0
    plan = aws_desk.folder / "plan.csv"
    kept = plan.read_text("utf-8-sig")
    plan.write_text(kept.replace(",unclaimed,2026-03-05", "no,unclaimed,2026-03-05", 1))
    told = aws_desk.payees("report", "--plan", "plan.csv", "--since", "2026-03-01")
    assert told.exit_code == 0, told.stderr
    page = (aws_desk.folder / "report.html").read_text()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "the account of several 2 80.00 INR" in text
    assert "2026-03-02 2 80.00 INR" in text
    assert "2026-03-02 \u2013 &lt;b&gt;Nobody Odd 77.00 INR march.csv:2" in text
    assert "Late" not in text, "somebody said no to it"
    early = aws_desk.payees("report", "--plan", "plan.csv", "--until", "2026-03-01")
    assert early.exit_code == 0
    assert "None: the plan has a claim for all" in (aws_desk.folder / "report.html").read_text()
    plan.write_text(kept.replace("2026-03-02,77.00", "02/03/26,77.00"))
    changed = aws_desk.payees("report", "--plan", "plan.csv")
    assert changed.exit_code == 1
    assert "plan.csv:" in changed.stderr
    assert "a spreadsheet changed “02/03/26” or “77.00”" in changed.stderr
    assert "write the plan anew" in changed.stderr
    assert aws_desk.payees("report", "--plan", "none.csv").exit_code == 1
