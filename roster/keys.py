"""The keys of `payees.yaml`, each with all there is to say of it in one row.

How it reads by itself, an example, what it is for: messages, the JSON Schema, the options of
`payees add` and `payees edit` and the table in docs/roster.md come from here.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache, partial
from urllib.parse import SplitResult, urlsplit

from payments.currencies import currency_codes, currency_digits
from payments.money import AMOUNT_PATTERN, check_amount_text
from payments.payee import (
    NAME_MAX_LENGTH,
    SLUG_PATTERN,
    PayeeId,
    PayeeStatus,
    parse_payee_id,
)
from payments.refusals import InvalidValue
from payments.text import parse_text
from roster.grammar import Key, Keys, ListOf, Text
from roster.notify import NotifyItem
from roster.pay_by import PayByItem
from roster.reading import quote

LANGUAGES = frozenset({
    "ar", "bn", "de", "en", "es", "fr", "hi", "id", "kn", "mr", "pt-BR", "pt-PT", "sw", "ta", "te"
})  # fmt: skip
RESERVED_IDS = frozenset({
    "404", "api", "assets", "favicon", "index", "list", "posters", "robots", "sitemap", "static",
    "till",
})  # fmt: skip

_FIRST_YEAR, _LAST_YEAR = 2020, 2099  # of a day: 2206 is a slip of the finger
_URL_MAX_LENGTH = 200
_SAFE_URL = r"^(https://|http://(localhost|127\.0\.0\.1|\[::1\])(:|/|$))"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[::1\]", re.ASCII)
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\"<>^`{|}]|%(?![0-9A-Fa-f]{2})")  # RFC 3986, section 2
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*/?", re.ASCII)


def parse_url(text: str) -> str:
    """A public https address that ends in `/`; http is for this machine only.

    It is printed as a QR code and named in pages' security policy, so only plain characters pass.
    Raises InvalidValue.
    """
    if len(text) > _URL_MAX_LENGTH:
        raise InvalidValue(f"at most {_URL_MAX_LENGTH} characters, for a QR code that scans well")
    url = _split_url(text)
    if "?" in text or "#" in text:
        raise InvalidValue("remove everything from the “?” or “#” on")
    if not _PATH.fullmatch(url.path):
        raise InvalidValue("the path may have a-z, A-Z, 0-9 and . _ ~ - between single slashes")
    return f"{url.scheme}://{url.netloc.lower()}{url.path.removesuffix('/')}/"


def parse_link(text: str) -> str:
    """The address of any page that a browser of a stranger can open safely. Raises InvalidValue."""
    if len(text) > _URL_MAX_LENGTH:
        raise InvalidValue(f"at most {_URL_MAX_LENGTH} characters, for every page carries it")
    _split_url(text)
    return text


def _split_url(text: str) -> SplitResult:
    if not text.isascii() or _NOT_IN_URLS.search(text):
        raise InvalidValue(
            "use ASCII without spaces, quotes or brackets; write the host in punycode (xn--…)"
        )
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise InvalidValue("is no web address; write it like https://pay.example.org/") from None
    if url.scheme not in ("https", "http") or not url.hostname:
        raise InvalidValue("write the whole address, starting with https://")
    if "@" in url.netloc:
        raise InvalidValue("remove the user name and password before the “@”")
    host = url.netloc.lower()
    if not _HOST.fullmatch(host.removesuffix(f":{port}")) or ".." in host:
        raise InvalidValue("the host is no domain name such as pay.example.org")
    if url.scheme == "http" and url.hostname not in _LOCAL_HOSTS:
        raise InvalidValue("must start with https://; http is for localhost only")
    return url


def _parse_free_id(text: str) -> PayeeId:
    payee_id = parse_payee_id(text)
    if payee_id in RESERVED_IDS:
        raise InvalidValue(f"“{payee_id}” is kept for the site itself; choose another")
    return payee_id


@lru_cache(maxsize=4096)  # many payees take the same few amounts
def _parse_amount(text: str) -> str:
    try:
        return check_amount_text(text)
    except InvalidValue as error:
        raise InvalidValue(f"{quote(text)}: {error}") from error


def _parse_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day.isoformat() != text or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise InvalidValue(f"{quote(text)} is no day; write it like 2026-12-01")
    return day


def _parse_currency(text: str) -> str:
    currency_digits(code := _parse_line(text, max_length=64, required=True))
    return code


def _parse_line(text: str, *, max_length: int, required: bool) -> str:
    if "\n" in text:
        raise InvalidValue("must be one line; write it behind the colon, without | or >")
    return parse_text(text, max_length=max_length, required=required)


def _one_of(choices: Iterable[str], example: str) -> Text:
    known = sorted(choices)

    def parse(text: str) -> str:
        if text not in known:
            raise InvalidValue(f"{quote(text)} is not known; write one of {', '.join(known)}")
        return text

    return Text(parse, example, {"enum": known})


def _language() -> Text:
    known = _one_of(LANGUAGES, "en")

    def parse(text: str) -> str:
        if text == "pt":
            raise InvalidValue(
                f"{quote(text)} is two languages here; write pt-BR for Brazil or pt-PT for Portugal"
            )
        return str(known.parse(text))

    return Text(parse, known.example, known.json_schema)


def _words(max_length: int, example: str, *, required: bool = True) -> Text:
    parse = partial(_parse_line, max_length=max_length, required=required)
    length = {"minLength": int(required), "maxLength": max_length}
    return Text(parse, example, {"type": ["string", "number", "boolean"], **length})


def _amount(example: str) -> Text:
    pattern = f"^{AMOUNT_PATTERN.pattern}$"
    kind = {"type": ["string", "number"], "pattern": pattern, "exclusiveMinimum": 0}
    return Text(_parse_amount, example, kind)


def _url(example: str) -> Text:
    schema = {"pattern": f"{_SAFE_URL}[^?#@]*$", "maxLength": _URL_MAX_LENGTH}
    return Text(parse_url, example, schema)


def _link(example: str) -> Text:
    return Text(parse_link, example, {"pattern": _SAFE_URL, "maxLength": _URL_MAX_LENGTH})


_ID = Text(
    _parse_free_id,
    "mahantesh",
    {
        "type": ["string", "number"],
        "pattern": f"^{SLUG_PATTERN.pattern}$",
        "not": {"enum": sorted(RESERVED_IDS)},
    },
)
_CURRENCY = Text(_parse_currency, "INR", {"enum": sorted(currency_codes())})
_LIMITS = Keys({
    "min": Key(_amount('"1"'), "The least one payment may be.", required=True),
    "max": Key(_amount('"10000"'), "The most; equal to min, it is the only one.", required=True),
})  # fmt: skip
_SITE = Keys({
    "title": Key(_words(100, "Town Market"), "The name of the site, on every page.", required=True),
    "url": Key(
        _url("https://pay.example.org/"),
        "Where the pages live; the QR codes carry it. https, unless it is localhost.",
        required=True,
    ),
    "currency": Key(_CURRENCY, "ISO 4217 code, such as INR.", required=True),
    "limits": Key(_LIMITS, "The least and the most one payment may be.", required=True),
    "languages": Key(
        ListOf(_language()), "The languages of the pages; the first is their own."
    ),
    "contact": Key(
        _words(100, "treasurer@market.example"),
        "Whom payers can ask, on every page: a mail address, a phone number, an address.",
    ),
    "pay_by": Key(
        ListOf(PayByItem()), "Where payees receive who name no way to pay, in the order shown."
    ),
    "notify": Key(
        ListOf(NotifyItem()),
        "Who is told of every payee's payments: webhooks, mail, ntfy. On no page.",
    ),
    "privacy_url": Key(
        _link("https://market.example/privacy"),
        "What the market says of what it keeps; every page links to it.",
    ),
    "list": Key(
        _one_of(["public", "search", "none"], "search"),
        "Who sees the names of all payees: public; search: only who types a name; or none.",
    ),
    "approval": Key(
        _one_of(["needed"], "needed"),
        "What one person settles by a statement is only confirmed when another approves it.",
    ),
    "api_url": Key(
        _url("https://api.example.org/"), "Where the API is, if not at “api” below url."
    ),
})  # fmt: skip
PAYEE = Keys({
    "id": Key(
        _ID,
        "The web address of the payee's page, printed on stickers. `payees rename` changes it.",
        required=True,
    ),
    "name": Key(
        _words(NAME_MAX_LENGTH, "Mahantesh"), "Who receives, as payers know them.", required=True
    ),
    "aliases": Key(
        ListOf(_words(64, '"1"')), "What old links, /?user=…, called this payee.", option="alias"
    ),
    "formerly": Key(
        ListOf(_ID),
        "Ids it had before: their addresses lead here, and their payments count here.",
        option="former-id",
    ),
    "description": Key(
        _words(140, "Vegetables, stall 12", required=False),
        "What payers should know, such as the stall's number.",
    ),
    "group": Key(
        _words(40, "Fish hall"), "Where the list of payees has this one: a hall, a trade, a class."
    ),
    "currency": Key(_CURRENCY, "Else the site's. Another currency needs limits of its own."),
    "limits": Key(_LIMITS, "Else the site's. min = max fixes the amount."),
    "amounts": Key(ListOf(_amount('"50"')), "Amounts to offer as buttons.", option="amount"),
    "pay_by": Key(
        ListOf(PayByItem()),
        "Ways to pay and their accounts, in the order shown; else the site's. [] is none.",
    ),
    "notify": Key(
        ListOf(NotifyItem()), "Who is told of this payee's payments, beside whom the site names."
    ),
    "status": Key(
        _one_of(PayeeStatus, "open"),
        "away (for now) or closed: takes no payments; the page stays and says so.",
    ),
    "until": Key(
        Text(_parse_day, "2026-12-01", {"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
        "With away: the day of being back. A publish on that day or later opens the page.",
    ),
})  # fmt: skip
"""A payee's keys, in the order in which `payees add` writes them."""

ROSTER = Keys({
    "site": Key(
        _SITE, "The site, and what holds for every payee that says nothing else.", required=True
    ),
    "payees": Key(ListOf(PAYEE, item_path=""), "Everybody who can be paid.", required=True),
})  # fmt: skip
