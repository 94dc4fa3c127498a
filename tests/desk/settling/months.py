"""Months at a market whose truth is known: who paid, what they claimed, and what their bank wrote.

Each bank has its habit: what becomes of the reference, whether a name is told, in which format. On
top of it people err (a wrong amount, a mistyped number, another's number), pay twice or in parts,
never come back to say so, or say so and never pay; banks take credits back, and files overlap.
"""

import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from desk.statements.line import Kind, Line
from desk.statements.reading import read_statement
from payments.events import EventStatus, Fingerprint, History
from payments.money import Money
from payments.payment_id import PaymentId, mint_payment_id
from payments.references import rf_reference, short_reference
from testkit.factories import make_event, make_payment
from tests.desk.statements.files import IBAN, Booking, Writer, as_camt, as_csv, as_mt940, as_ofx

if TYPE_CHECKING:
    from payments.payment import Payment

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
FIRST = (
    *("Asha", "Ravi", "Sneha", "Mahantesh", "Anita", "Vikram"),
    *("Meera", "Arjun", "Priya", "Kiran", "Lakshmi", "Suresh"),
)
LAST = ["Rao", "Kumar", "Patil", "Desai", "Hegde", "Shetty", "Naik", "Gowda", "Joshi", "Kulkarni"]
AMOUNTS = (2000, 2000, 2000, 5000, 5000, 10000, 12000, 25000, 7350)
PAYEES = ("mahantesh", "sneha", "ravi", "stall-5")
FORMERLY = {"stall-5": "sneha"}  # so that what is recorded under either is one payee's
HERE = frozenset(("mahantesh", "sneha", "stall-5"))


@dataclass(frozen=True, slots=True)
class Habit:
    """What a bank makes of a payer's reference, whether it tells names, and in which format."""

    note: Callable[[random.Random, PaymentId], str]
    writer: Writer
    has_name: bool = True
    swaps: bool = False  # the name where the text should be, and the other way round
    receives: frozenset[str] = frozenset(PAYEES)  # where the statement's account is
    regulars: int = 0  # so many payers come again and again, to one payee with one amount
    goes_back_after: tuple[int, ...] = (0, 1, 5)  # days, for what is taken or given back

    @property
    def accounts(self) -> Mapping[str, frozenset[str]]:
        """What is known of accounts: nothing, where all receive on one."""
        return {IBAN.casefold(): self.receives} if len(self.receives) < len(PAYEES) else {}


def _cut(dice: random.Random, payment_id: PaymentId) -> str:
    return payment_id.reference[: dice.choice((14, 17, 18, 20))]


def _broken(dice: random.Random, payment_id: PaymentId) -> str:
    whole = payment_id.reference
    at = dice.randrange(3, 20)
    return f"SVWZ+{whole[:at]} {whole[at:]}"


def _mistyped(dice: random.Random, payment_id: PaymentId) -> str:
    whole = payment_id.reference
    at = dice.randrange(25)
    return whole[:at] + dice.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") + whole[at + 1 :]


def _lost(dice: random.Random, _: PaymentId) -> str:
    return dice.choice(("", "Lunch", "tomatoes", "UPI"))


HABITS: dict[str, Habit] = {
    "whole, camt": Habit(lambda _, one: f"Lunch {one.reference}", as_camt),
    "broken, mt940": Habit(_broken, as_mt940),
    "cut, csv": Habit(_cut, as_csv),
    "lost, csv": Habit(_lost, lambda b: as_csv(b, two_columns=True, day="%d-%b-%Y")),
    "lost and no name, ofx": Habit(_lost, as_ofx, has_name=False),
    "short, swapped columns": Habit(lambda _, one: f"x{short_reference(one)}", as_csv, swaps=True),
    "mistyped, csv": Habit(_mistyped, lambda b: as_csv(b, delimiter=";")),
    "rf, camt": Habit(lambda _, one: rf_reference(one), as_camt),
    "cut, in batches, camt": Habit(_cut, lambda b: as_camt(b, of_batch=3)),
    "lost, own account, camt": Habit(_lost, as_camt, receives=HERE),
    "whole, account of one, camt": Habit(
        lambda _, one: f"Lunch {one.reference}", as_camt, receives=frozenset(("sneha", "stall-5"))
    ),
    "lost, csv, of regulars": Habit(_lost, as_csv, regulars=20),
}


@dataclass(slots=True)
class Month:
    """Bookings with what each is truly for, and what payers claimed. None: for no claim."""

    bookings: list[tuple[Booking, PaymentId | None]] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    went_back: dict[int, int] = field(default_factory=dict)  # bookings, and by which, by place
    of_regulars: dict[PaymentId, tuple[str, str, Money]] = field(default_factory=dict)

    def truths(self, writer: Writer) -> tuple[list[Line], dict[Fingerprint, PaymentId | None]]:
        """The lines of two files that overlap, and the claim that each truly pays for."""
        order = sorted(range(len(self.bookings)), key=lambda n: self.bookings[n][0].day)
        third = len(order) // 3
        truth: dict[Fingerprint, PaymentId | None] = {}
        lines: list[Line] = []
        for file, places in (("a", order[: 2 * third]), ("b", order[third:])):
            data = writer([*TELLING, *(self.bookings[n][0] for n in places)])
            read = read_statement(io.BytesIO(data), file, currency="EUR").lines[len(TELLING) :]
            lines += read
            for line, n in zip(read, places, strict=True):
                truth[line.fingerprint] = None if n in self.went_back else self.bookings[n][1]
        return lines, truth


TELLING = [
    Booking(Kind.DEBIT, Money(1234567, "EUR"), date(2026, 2, 28), "rent", "Landlord", "N1"),
    Booking(Kind.DEBIT, Money(1, "EUR"), date(2026, 2, 27), "fee", "Bank", "N2"),
]


def make_month(seed: int, habit: Habit, payments: int) -> Month:
    dice, month = random.Random(seed), Month()
    numbers: list[str] = []
    for _ in range(payments):
        _one_payment(dice, month, habit, numbers)
    _types_anothers_number(dice, month, numbers)
    return month


def _names(first: str, last: str) -> tuple[str, ...]:
    """What a payer may call themselves."""
    return (f"{first} {last}", first, first.upper(), f"{first} {last[0]}", "Mum")


def _one_payment(dice: random.Random, month: Month, habit: Habit, numbers: list[str]) -> None:
    moment = START + timedelta(minutes=dice.randrange(30 * 24 * 60))
    payment_id = mint_payment_id(moment, dice.randbytes(10))
    first, last = dice.choice(FIRST), dice.choice(LAST)
    money = Money(dice.choice(AMOUNTS), "EUR")
    number = str(dice.randrange(10**11, 10**12))
    fate = dice.random()
    is_claimed, is_paid = fate > 0.05, not 0.05 < fate < 0.12
    payee = dice.choice(PAYEES)
    who = None
    if habit.regulars:
        who = dice.randrange(habit.regulars)
        first, last = FIRST[who % len(FIRST)], LAST[who % len(LAST)]
        money, payee = Money(AMOUNTS[who % len(AMOUNTS)], "EUR"), PAYEES[who % len(PAYEES)]
        called = _names(first, last)[who % 5]
        month.of_regulars[payment_id] = (payee, called, money)
    if is_claimed:
        typed = number if dice.random() < 0.5 else None
        if typed and dice.random() < 0.03:
            typed = typed[:5] + str(dice.randrange(10)) + typed[6:]
        if who is None:
            called = dice.choice(_names(first, last))
        _claim(
            dice, month, payment_id, called, payee=payee, money=money, moment=moment, typed=typed
        )  # fmt: skip
    if is_paid and payee in habit.receives:
        numbers.append(number)
        _pay(
            dice, month, habit, payment_id,
            name=f"{first} {last}".upper(), money=money, moment=moment, number=number,
        )  # fmt: skip


def _claim(
    dice: random.Random, month: Month, payment_id: PaymentId, called: str, *, payee: str,
    money: Money, moment: datetime, typed: str | None,
) -> None:  # fmt: skip
    payment: Payment = make_payment(
        payment_id, payee, payer_id=called, money=money, recorded_at=moment,
        bank_reference=typed, method=dice.choice(("upi", "upi", None)),
    )  # fmt: skip
    is_confirmed = dice.random() < 0.06  # at the till, without a statement
    event = make_event(payment_id, payment.payee_id, status=EventStatus.CONFIRMED)
    month.histories.append(History(payment, (event,) if is_confirmed else ()))


def _pay(
    dice: random.Random, month: Month, habit: Habit, payment_id: PaymentId, *, name: str,
    money: Money, moment: datetime, number: str,
) -> None:  # fmt: skip
    day = (moment + timedelta(days=dice.choice((0, 0, 0, 1, 1, 2, 3)))).date()
    note = habit.note(dice, payment_id)
    if dice.random() < 0.15:
        note = _lost(dice, payment_id)
    truth: PaymentId | None = payment_id
    if dice.random() < 0.03:
        money, truth = Money(money.amount_minor + dice.choice((-100, 50)), "EUR"), None
    told = name if habit.has_name else ""
    text, who = (told, note) if habit.swaps else (note, told)
    if not habit.has_name and dice.random() < 0.5:
        text = f"PIX {name} {note}"
    booking = Booking(Kind.CREDIT, money, day, f"TRF {text}".strip(), who, number)
    month.bookings.append((booking, truth))
    place = len(month.bookings) - 1
    chance = dice.random()
    if chance < 0.02:  # paid twice
        again = Booking(Kind.CREDIT, money, day, booking.text, who, str(int(number) + 1))
        month.bookings.append((again, truth))
    elif chance < 0.05:  # taken back, by a number of its own or the same
        month.went_back[place] = len(month.bookings)
        later = day + timedelta(days=dice.choice(habit.goes_back_after))
        back = number if dice.random() < 0.6 else str(int(number) + 7)
        month.bookings.append(
            (Booking(Kind.TAKEN_BACK, money, later, booking.text, who, back), None)
        )
    elif chance < 0.07:  # taken back in part, or given back by an ordinary transfer
        month.went_back[place] = len(month.bookings)
        later = day + timedelta(days=dice.choice(habit.goes_back_after))
        is_part = dice.random() < 0.5
        part = Money(money.amount_minor - 100, "EUR") if is_part else money
        back = number if is_part and dice.random() < 0.5 else str(int(number) + 9)
        kind = Kind.TAKEN_BACK if is_part else Kind.DEBIT
        to = "gone back" if habit.swaps else f"to {name}"
        away = (name, to) if habit.swaps else (to, name)
        month.bookings.append((Booking(kind, part, later, *away, back), None))


def _types_anothers_number(dice: random.Random, month: Month, numbers: Sequence[str]) -> None:
    """Whoever copies a number from another's phone, or makes it up from a receipt found."""
    by_number = {booking.bank_id: (booking, truth) for booking, truth in month.bookings}
    claimed = {history.payment.payment_id for history in month.histories}
    for number in dice.sample(list(numbers), len(numbers) // 40):
        booking, truth = by_number[number]
        moment = datetime(booking.day.year, booking.day.month, booking.day.day, 9, tzinfo=UTC)
        first, last = dice.choice(FIRST), dice.choice(LAST)
        called = dice.choice((first, f"{first} {last}"))
        told = f"{booking.name} {booking.text}".upper().split()
        if truth not in claimed and set(called.upper().split()) <= set(told):
            continue  # name, amount and number of one who claims nothing: who could tell
        payment_id = mint_payment_id(moment, dice.randbytes(10))
        _claim(
            dice, month, payment_id, called, payee=dice.choice(PAYEES), money=booking.money,
            moment=moment, typed=number,
        )  # fmt: skip
