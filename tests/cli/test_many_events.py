"""`payees confirm`, `reverse` and `undo` of many payments: all mistakes before anything is written,
one result for each, and the same command again goes on."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from backend.dynamo_ledger import DynamoLedger
from cli.system import System
from payments.events import Event, EventStatus, EvidenceTaken, History
from payments.ledger import Bounds
from payments.payee import PayeeId
from payments.payment import Payment
from payments.payment_id import PaymentId
from payments.references import short_reference, ten_digits
from payments.refusals import LedgerUnavailable
from testkit.factories import make_event
from tests.cli.desk import Desk
from tests.cli.ledgers import correct, record

CONFIRM = ("confirm", "--evidence", "statement of March", "--by", "meena")
UNDO = ("undo", "--reason", "another Asha's", "--by", "meena")
JSONL = ("--format", "jsonl")
LOOKS = (("payments",), ("totals", "--by", "payee,day"))
SINCE = ("--since", "2026-02-01")


@pytest.fixture
def ids(aws_desk: Desk, system: System) -> list[PaymentId]:
    """Four payments, to two payees in turn."""
    aws_desk.payees("publish")
    payees = ["shilpa", "mahantesh"] * 2
    return [
        record(system, 2**60 + 7**number, payee, days=number) for number, payee in enumerate(payees)
    ]


def statuses(desk: Desk) -> list[str]:
    """In the order of recording."""
    documents = json.loads(desk.payees("payments", "--json").stdout)
    return [one["status"] for one in sorted(documents, key=lambda one: one["payment_id"])]


def events(desk: Desk, payment_id: PaymentId) -> list[str]:
    [document] = json.loads(desk.payees("show", payment_id.text, "--json").stdout)
    return [event["status"] for event in document["events"]]


def texts(ids: Iterable[PaymentId]) -> list[str]:
    return [payment_id.text for payment_id in ids]


def test_many_are_confirmed_by_one_command(aws_desk: Desk, ids: list[PaymentId]) -> None:
    typed = [ids[0].text, short_reference(ids[1]), ids[2].reference.lower(), ten_digits(ids[3])]
    result = aws_desk.payees(*CONFIRM, *typed, *SINCE)
    assert (result.exit_code, result.stdout) == (0, "")
    looking, writing, summary, following = result.stderr.splitlines()
    assert looking == "Looking for 2 references since 2026-02-01: 2 payees …"
    assert writing.startswith("Writing to table ")
    assert (summary, following) == ("Confirmed 4.", "Next: payees totals")
    assert statuses(aws_desk) == ["confirmed"] * 4


def test_one_payment_given_twice_is_one(aws_desk: Desk, ids: list[PaymentId]) -> None:
    result = aws_desk.payees(*CONFIRM, ids[0].text, ids[0].reference, ids[0].text, ids[1].text)
    assert (result.exit_code, "Confirmed 2.\n" in result.stderr) == (0, True)
    assert events(aws_desk, ids[0]) == ["confirmed"]


def test_the_same_command_again_is_done_already(aws_desk: Desk, ids: list[PaymentId]) -> None:
    aws_desk.payees(*CONFIRM, *texts(ids[:2]))
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Confirmed 2, already confirmed 2.\n" in result.stderr
    again = aws_desk.payees(*CONFIRM, ids[0].text)
    assert again.exit_code == 0
    assert again.stderr.splitlines()[0] == (
        f"Already confirmed: {ids[0].reference}, 50.00 INR from Asha to shilpa, by meena."
    )
    assert [events(aws_desk, one) for one in ids] == [["confirmed"]] * 4


def test_that_it_was_erased_since_makes_it_no_less_done(
    aws_desk: Desk, system: System, ids: list[PaymentId]
) -> None:
    aws_desk.payees(*CONFIRM, ids[0].text)
    erased = make_event(ids[0], "shilpa", number=2, status=EventStatus.ERASED)
    assert system.ledger().append(erased) is None
    result = aws_desk.payees(*CONFIRM, ids[0].text)
    assert (result.exit_code, result.stderr.startswith("Already confirmed: ")) == (0, True)


def test_what_another_said_is_not_ones_own_and_stops_no_other(
    aws_desk: Desk, system: System, ids: list[PaymentId]
) -> None:
    correct(system, ids[0], "confirmed")
    correct(system, ids[1], "reversed", "mahantesh")
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert (result.exit_code, result.stdout) == (1, "")
    _, confirmed, taken_back, summary = result.stderr.splitlines()
    assert f"{ids[0].reference}, 50.00 INR from Asha to shilpa: ravi has already confirmed" in (
        confirmed
    )
    assert f"{ids[1].reference}, " in taken_back
    assert "ravi has already reversed it, at " in taken_back
    assert summary == "Confirmed 2, refused 2."
    assert statuses(aws_desk) == ["confirmed", "reversed", "confirmed", "confirmed"]


def test_all_mistakes_are_told_at_once_and_nothing_is_written(
    aws_desk: Desk, system: System, ids: list[PaymentId]
) -> None:
    same = record(system, 2**60 + 1, "mahantesh")  # as the first: 7 ** 0
    right = short_reference(ids[1])
    mistyped = right[:-1] + ("A" if right[-1] != "A" else "B")
    typed = [ids[2].text, mistyped, "nonsense", "1KJMBQDHV0000000000000C1S", same.text]
    result = aws_desk.payees(*CONFIRM, *typed)
    assert (result.exit_code, result.stdout) == (1, "")
    for said in (
        f"“{mistyped}”: something in it is mistyped",
        "“nonsense”: a reference has 25 characters",
        "No payment 1KJMBQDHV0000000000000C1S is recorded in table ",
        f"2 payments have the reference {same.reference}:\n",
    ):
        assert said in result.stderr
    assert result.stderr.endswith(
        "4 of 5 references mean no one payment, and nothing was written: mend them, or leave them "
        "out with --skip.\n"
    )
    assert set(statuses(aws_desk)) == {"claimed"}
    skipping = aws_desk.payees(*CONFIRM, *typed, "--skip")
    assert skipping.exit_code == 1
    assert skipping.stderr.endswith("Confirmed 1, skipped 4.\n")
    assert events(aws_desk, ids[2]) == ["confirmed"]


def test_skipping_everything_is_nothing(aws_desk: Desk, ids: list[PaymentId]) -> None:
    result = aws_desk.payees(*CONFIRM, "nonsense", "more nonsense", "--skip")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "2 of 2 references mean no one payment, and nothing was written: mend them.\n"
    )
    assert result.stderr.count("a reference has 25 characters") == 1
    assert "“more nonsense”: likewise.\n" in result.stderr


@pytest.mark.parametrize("form", ["lines", "csv", "jsonl", "json"])
def test_a_list_is_read_from_stdin(aws_desk: Desk, ids: list[PaymentId], form: str) -> None:
    listed = aws_desk.payees("payments", "--format", "csv" if form == "lines" else form)
    lines = f"# arrived\n\n{ids[0].text}\r\n  {ids[1].reference[:5]} {ids[1].reference[5:]}  \n"
    stdin = lines if form == "lines" else listed.stdout_bytes
    result = aws_desk.payees(*CONFIRM, "-", *texts(ids[2:]), stdin=stdin)
    assert (result.exit_code, "Confirmed 4.\n" in result.stderr) == (0, True)
    assert statuses(aws_desk) == ["confirmed"] * 4


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        ("", "There are no references on stdin: nothing was changed.\n"),
        ("# nothing\n", "There are no references on stdin: nothing was changed.\n"),
        (b"\xff\xfe", "stdin is no text in UTF-8: invalid start byte.\n"),
        ('{"reference": 1}', "stdin:1: each JSON object must have a “reference”. Nothing"),
        ('{"reference": "x"', "stdin:1: Expecting ',' delimiter. Nothing was changed.\n"),
        (
            "payee_id,currency,payments\nshilpa,INR,3\nravi,INR,2\n",
            "stdin:1: none of its columns is called “reference”. Nothing was changed.\n",
        ),
        ("payee_id,reference\nshilpa\n", "stdin:2: 1 cells, not 2. Nothing was changed.\n"),
    ],
)
def test_a_list_that_cannot_be_read_is_told(
    aws_desk: Desk, ids: list[PaymentId], stdin: str | bytes, said: str
) -> None:
    result = aws_desk.payees(*CONFIRM, "-", stdin=stdin)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_programs_get_one_result_for_each_payment(
    aws_desk: Desk, system: System, ids: list[PaymentId]
) -> None:
    correct(system, ids[1], "reversed", "mahantesh")
    aws_desk.payees(*CONFIRM, ids[2].text)
    typed = [ids[0].reference, *texts(ids[1:3]), "nonsense"]
    result = aws_desk.payees(*CONFIRM, *typed, "--skip", "--json")
    assert result.exit_code == 1
    documents = json.loads(result.stdout)
    assert [(one["typed"], one["result"], one["status"]) for one in documents] == [
        (ids[0].reference, "done", "confirmed"),
        (ids[1].text, "refused", "reversed"),
        (ids[2].text, "already", "confirmed"),
        ("nonsense", "skipped", None),
    ]
    assert [one["payment_id"] for one in documents] == [*texts(ids[:3]), None]
    assert documents[0].keys() == documents[3].keys()


def test_undo_takes_back_the_last_event_and_says_what_stands(
    aws_desk: Desk, ids: list[PaymentId]
) -> None:
    aws_desk.payees(*CONFIRM, ids[0].text)
    aws_desk.payees("reverse", ids[0].text, "--reason", "bounced", "--by", "ravi")
    phrase = f"{ids[0].reference}, 50.00 INR from Asha to shilpa"
    first = aws_desk.payees(*UNDO, ids[0].text)
    assert (first.exit_code, first.stdout) == (0, "")
    assert first.stderr.splitlines()[1:] == [
        f"Undone: {phrase}, by meena. It is confirmed, as meena said: “statement of March”.",
        f"Next: payees show {ids[0].reference}",
    ]
    same = aws_desk.payees(*UNDO, ids[0].text)
    assert same.exit_code == 0
    assert same.stderr.startswith(f"Already undone: {phrase}, by meena. It is confirmed, as meena ")
    more = aws_desk.payees("undo", ids[0].text, "--reason", "that too", "--by", "meena")
    assert "by meena. It is claimed, as it was recorded.\n" in more.stderr
    none = aws_desk.payees("undo", ids[0].text, "--reason", "and more")
    assert (none.exit_code, none.stderr) == (1, f"{phrase}: there is nothing to undo.\n")
    assert events(aws_desk, ids[0]) == ["confirmed", "reversed", "undone", "undone"]
    assert aws_desk.payees(*CONFIRM, ids[0].text).exit_code == 0
    assert statuses(aws_desk)[0] == "confirmed"


def test_what_was_undone_is_everywhere_what_it_was_before(
    aws_desk: Desk, ids: list[PaymentId]
) -> None:
    one, other = ids[0].text, ids[1].text
    aws_desk.payees(*CONFIRM, other)
    before = {command: aws_desk.payees(*command).stdout for command in LOOKS}
    exported = [json.loads(line) for line in aws_desk.payees("export", *JSONL).stdout.splitlines()]
    aws_desk.payees("export", "--out", "before.csv")
    aws_desk.payees(*CONFIRM, one)
    aws_desk.payees("reverse", other, "--reason", "bounced")
    assert all(aws_desk.payees(*command).stdout != text for command, text in before.items())
    aws_desk.payees(*UNDO, one, other)
    assert {command: aws_desk.payees(*command).stdout for command in LOOKS} == before
    now = [json.loads(line) for line in aws_desk.payees("export", *JSONL).stdout.splitlines()]
    assert [(one["status"], len(one["events"])) for one in now] == [
        ("confirmed" if document["payment_id"] == other else document["status"], count)
        for document, count in zip(exported, (3, 0, 2, 0), strict=True)
    ]
    compared = aws_desk.payees("export", "--compare", "before.csv")
    assert compared.exit_code == 0
    assert [line.split("\t")[0::3] for line in compared.stdout.splitlines()] == [
        ["+", "undone by meena: another Asha's"]
    ] * 2
    aws_desk.payees("report")
    assert "of it confirmed, in 1</dt><dd>50.00 INR<" in Path("report.html").read_text()
    assert "bounced (taken back)" in aws_desk.payees("show", other).stdout


def test_an_unknown_outcome_is_sent_again(
    aws_desk: Desk, ids: list[PaymentId], monkeypatch: pytest.MonkeyPatch
) -> None:
    append, tries = DynamoLedger.append, []

    def lose_the_first_answer(ledger: DynamoLedger, event: Event) -> Event | None:
        tries.append(event.payment_id)
        standing = append(ledger, event)
        if tries.count(event.payment_id) == 1:
            raise LedgerUnavailable("Read timeout")
        return standing

    monkeypatch.setattr(DynamoLedger, "append", lose_the_first_answer)
    monkeypatch.setattr("cli.corrections._PAUSES", (0.0, 0.0))
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert (result.exit_code, "Confirmed 4.\n" in result.stderr) == (0, True)
    assert [events(aws_desk, one) for one in ids] == [["confirmed"]] * 4


@pytest.mark.parametrize("error", [LedgerUnavailable("Read timeout"), KeyboardInterrupt()])
@pytest.mark.parametrize("is_written", [True, False])
def test_what_was_stopped_goes_on_by_the_same_command(
    aws_desk: Desk,
    ids: list[PaymentId],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    is_written: bool,  # noqa: FBT001
) -> None:
    append = DynamoLedger.append

    def end_at_the_second(ledger: DynamoLedger, event: Event) -> Event | None:
        if event.payment_id != ids[1]:
            return append(ledger, event)
        if is_written:
            append(ledger, event)
        raise error

    monkeypatch.setattr(DynamoLedger, "append", end_at_the_second)
    monkeypatch.setattr("cli.corrections._PAUSES", (0.0, 0.0))
    result = aws_desk.payees(*CONFIRM, *texts(ids), "--json")
    assert result.exit_code == 1
    outcomes = [(one["result"], one["status"]) for one in json.loads(result.stdout)]
    assert outcomes == [("done", "confirmed"), ("unknown", None), *[("waiting", "claimed")] * 2]
    assert f"unknown: `payees show {ids[1].reference}` tells.\n" in result.stderr
    assert result.stderr.endswith(
        "Confirmed 1, unknown 1, not tried 2. The same command again goes on, and doubles "
        "nothing.\n"
    )
    monkeypatch.setattr(DynamoLedger, "append", append)
    again = aws_desk.payees(*CONFIRM, *texts(ids))
    done = 2 if is_written else 3
    assert again.exit_code == 0
    assert f"Confirmed {done}, already confirmed {4 - done}.\n" in again.stderr
    assert [events(aws_desk, one) for one in ids] == [["confirmed"]] * 4


def test_stopping_between_two_writes_leaves_nothing_unknown(
    aws_desk: Desk, ids: list[PaymentId], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped:
        def __enter__(self) -> "Stopped":
            return self

        def __exit__(self, *_: object) -> None: ...

        def __call__(self, done: int, _: int) -> None:
            if done == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr("cli.corrections.progress_bar", lambda _: Stopped())
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        "Confirmed 3, not tried 1. The same command again goes on, and doubles nothing."
    ]
    assert statuses(aws_desk) == ["confirmed"] * 3 + ["claimed"]


def test_what_was_begun_when_it_was_stopped_is_unknown(
    aws_desk: Desk, ids: list[PaymentId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Ctrl-C comes after the answer and before anybody noted it."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.corrections._write", stopped)
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        f"Stopped. Whether it was recorded is unknown: `payees show {ids[0].reference}` tells.",
        "Confirmed 0, unknown 1, not tried 3. The same command again goes on, and doubles nothing.",
    ]


def test_of_two_who_say_the_same_at_once_both_are_right(
    aws_desk: Desk, ids: list[PaymentId], monkeypatch: pytest.MonkeyPatch
) -> None:
    append = DynamoLedger.append

    def be_second(ledger: DynamoLedger, event: Event) -> Event | None:
        first = make_event(
            event.payment_id, event.payee_id, status=event.status, by=event.by, why=event.why
        )
        append(ledger, first)
        return append(ledger, event)

    monkeypatch.setattr(DynamoLedger, "append", be_second)
    result = aws_desk.payees(*CONFIRM, *texts(ids))
    assert (result.exit_code, "Confirmed 0, already confirmed 4.\n" in result.stderr) == (0, True)


def test_a_line_that_settles_another_payment_is_a_sentence(
    aws_desk: Desk, ids: list[PaymentId], monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_: DynamoLedger, __: Event) -> None:
        raise EvidenceTaken(PayeeId("mahantesh"), ids[1])

    monkeypatch.setattr(DynamoLedger, "append", taken)
    result = aws_desk.payees(*CONFIRM, ids[0].text)
    assert result.exit_code == 1
    assert result.stderr.endswith(
        f"\n{ids[0].reference}, 50.00 INR from Asha to shilpa: the line of the statement settles "
        f"{ids[1].reference} of mahantesh already. Nothing was changed.\n"
    )


def test_words_that_break_a_rule_are_told_before_anything_is_written(
    aws_desk: Desk, ids: list[PaymentId]
) -> None:
    result = aws_desk.payees("undo", *texts(ids), "--reason", "x" * 501)
    assert result.exit_code == 2
    assert "Invalid value for '--reason': at most 500 characters, not 501." in result.stderr


def test_two_hundred_references_are_one_reading_and_a_key_each(
    aws_desk: Desk, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws_desk.payees("publish")
    many = [record(system, 2**60 + 7**13 * number, "shilpa") for number in range(200)]
    histories, find_among = DynamoLedger.histories, DynamoLedger.find_among
    ranges: list[Bounds | None] = []
    keys: list[PaymentId] = []

    def count_histories(
        ledger: DynamoLedger, payee_id: PayeeId, bounds: Bounds | None = None
    ) -> Iterator[History]:
        if bounds is None or bounds[0] != bounds[1]:
            ranges.append(bounds)
        return histories(ledger, payee_id, bounds)

    def count_keys(
        ledger: DynamoLedger, payee_ids: Iterable[PayeeId], payment_id: PaymentId
    ) -> Iterator[Payment]:
        keys.append(payment_id)
        return find_among(ledger, payee_ids, payment_id)

    monkeypatch.setattr(DynamoLedger, "histories", count_histories)
    monkeypatch.setattr(DynamoLedger, "find_among", count_keys)
    typed = [*texts(many[:100]), *map(short_reference, many[100:])]
    result = aws_desk.payees(*CONFIRM, "-", *SINCE, stdin="\n".join(typed))
    assert (result.exit_code, "Confirmed 200.\n" in result.stderr) == (0, True)
    assert (len(ranges), sorted(keys)) == (2, sorted(many[:100]))  # a range for each payee
