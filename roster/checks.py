"""What must hold between a roster's values: limits and amounts in a currency, and nothing twice."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from payments.money import Money, parse_money
from payments.payee import Limits
from payments.refusals import InvalidValue
from roster.grammar import Fields, Placed, items, value
from roster.reading import Mistake, quote

_money = lru_cache(maxsize=4096)(parse_money)
"""Many payees take the same few amounts."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a payee takes; None where that is not known, which is a mistake already reported."""

    currency: str | None
    limits: Limits | None


def parse_terms(fields: Fields, site: Terms, path: str, mistakes: list[Mistake]) -> Terms:
    """The terms that `fields` set, or else the site's."""
    written = fields.get("currency")
    currency = written.value if written else None if "currency" in fields else site.currency
    if "limits" in fields:
        return Terms(currency, _parse_limits(fields["limits"], currency, path, mistakes))
    if currency == site.currency:
        return Terms(currency, site.limits)
    if written and site.currency:
        message = (
            f"currency: {currency} is not the site's {site.currency}, so the site's limits do not"
            ' fit; add limits such as {min: "1", max: "100"}'
        )
        mistakes.append(Mistake(written.place, message))
    return Terms(currency, None)


def _parse_limits(
    placed: Placed[Fields] | None, currency: str | None, path: str, mistakes: list[Mistake]
) -> Limits | None:
    if placed is None or currency is None:
        return None
    least = _parse_money(placed.value.get("min"), currency, f"{path}.min", mistakes)
    most = _parse_money(placed.value.get("max"), currency, f"{path}.max", mistakes)
    if least is None or most is None:
        return None
    try:
        return Limits(least, most)
    except InvalidValue as error:
        mistakes.append(Mistake(placed.place, f"{path}: {error}; swap the two"))
        return None


def parse_amounts(fields: Fields, terms: Terms, mistakes: list[Mistake]) -> tuple[Money, ...]:
    """The suggested amounts: each within the limits, none twice, however it is written."""
    currency = terms.currency
    if currency is None:
        return ()
    good = [
        (written, money)
        for written in items(fields, "amounts")
        if (money := _parse_money(written, currency, "amounts", mistakes, terms.limits))
    ]
    money_of = {written.value: money for written, money in good}.__getitem__
    refuse_repeats("amounts", [written for written, _ in good], "keep one", mistakes, money_of)
    return tuple([money for _, money in good])


def _parse_money(
    written: Placed[str] | None,
    currency: str,
    path: str,
    mistakes: list[Mistake],
    limits: Limits | None = None,
) -> Money | None:
    if written is None:
        return None
    try:
        money = _money(written.value, currency)
        if limits:
            limits.check(money)
    except InvalidValue as error:
        mistakes.append(Mistake(written.place, f"{path}: {quote(written.value)}: {error}"))
        return None
    return money


def refuse_clashes(payees: list[Fields], mistakes: list[Mistake]) -> None:
    """An id or an alias leads to one payee only, and payers can tell any two apart."""
    ids: list[Placed[str]] = [found for payee in payees if (found := payee.get("id"))]
    aliases = [alias for payee in payees for alias in items(payee, "aliases")]
    refuse_repeats("id", ids, "choose another", mistakes)
    refuse_same_on_page(payees, mistakes)
    refuse_repeats("aliases", aliases, "keep one", mistakes)
    owners = {payee_id.value: payee_id for payee_id in ids}
    _refuse_former_ids(payees, owners, mistakes)
    for payee in payees:
        for alias in items(payee, "aliases"):
            owner = owners.get(alias.value)
            if owner and alias.value != value(payee, "id", None):
                whose = f"is the id of the payee on line {owner.place.line}"
                message = f"aliases: {quote(alias.value)} {whose}; remove it"
                mistakes.append(Mistake(alias.place, message))


def _refuse_former_ids(
    payees: list[Fields], owners: Mapping[str, Placed[str]], mistakes: list[Mistake]
) -> None:
    """A former id leads to one payee only, and is nobody's id or another's alias."""
    former = [one for payee in payees for one in items(payee, "formerly")]
    refuse_repeats("formerly", former, "keep one", mistakes)
    for one in former:
        if owner := owners.get(one.value):
            message = f"{quote(one.value)} is the id of the payee on line {owner.place.line}"
            mistakes.append(Mistake(one.place, f"formerly: {message}; remove it"))
    own = {one.value: payee for payee in payees for one in items(payee, "formerly")}
    for payee in payees:
        for alias in items(payee, "aliases"):
            if own.get(alias.value, payee) is not payee:
                message = f"aliases: {quote(alias.value)} is another payee's former id; remove it"
                mistakes.append(Mistake(alias.place, message))


def refuse_same_on_page(payees: list[Fields], mistakes: list[Mistake]) -> None:
    """Payers see names and descriptions: of two payees, not both may be equal."""
    firsts: dict[tuple[str, str], Placed[str]] = {}
    for payee in payees:
        name = payee.get("name")
        if name is None:
            continue
        described = fold(value(payee, "description", ""))
        first = firsts.setdefault((fold(name.value), described), name)
        if first is not name:
            also = ", with this description, too" if described else ""
            message = (
                f"name: {quote(name.value)} is already on line {first.place.line}{also}; "
                "tell the two apart by a description"
            )
            mistakes.append(Mistake(name.place, message))


def refuse_repeats(
    path: str,
    written: Iterable[Placed[str]],
    remedy: str,
    mistakes: list[Mistake],
    same: Callable[[str], Hashable] = str,
) -> None:
    """No two of `written` may be equal in what `same` makes of them."""
    firsts: dict[Hashable, Placed[str]] = {}
    for placed in written:
        key = same(placed.value)
        first = firsts.setdefault(key, placed)
        if first is not placed:
            message = f"{quote(placed.value)} is already on line {first.place.line}; {remedy}"
            mistakes.append(Mistake(placed.place, f"{path}: {message}"))


def fold(name: str) -> str:
    """The name without what one hears no difference in."""
    return normalize("NFC", name.casefold())
