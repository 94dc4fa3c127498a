"""`notify`: who is told is read with every mistake in its place, and stays off every page."""

import pytest

from payments.addressee import OF_A_PAYMENT, Addressee, Channel, NoticeKind
from roster.model import RosterInvalid, parse_roster
from roster.notify import parse_typed_address

HEAD = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
"""


def notify(item: str) -> tuple[Addressee, ...]:
    text = f"{HEAD}payees:\n  - id: a\n    name: A\n    notify:\n      - {item}\n"
    return parse_roster(text).entries[0].payee.notify


def test_each_kind_of_address_is_told_what_suits_it() -> None:
    (mail,) = notify("mailto:usha@example.org")
    (hook,) = notify("{to: https://shop.example/payments, secret: shop}")
    (push,) = notify("ntfy://town-market")
    assert [one.channel for one in (mail, hook, push)] == [
        Channel.MAIL,
        Channel.WEBHOOK,
        Channel.PUSH,
    ]
    assert mail.kinds == (NoticeKind.DAY,)
    assert hook.kinds == OF_A_PAYMENT
    assert push.kinds == (NoticeKind.RECORDED, NoticeKind.REVERSED)
    assert mail.mailbox == "usha@example.org"


@pytest.mark.parametrize("events", ["[day, recorded]", "recorded day", "'recorded, day'"])
def test_events_are_a_list_or_words(events: str) -> None:
    (told,) = notify(f"{{to: mailto:a@example.org, events: {events}, language: hi}}")
    assert told.kinds == (NoticeKind.RECORDED, NoticeKind.DAY)
    assert told.language == "hi"


def test_who_the_site_names_is_told_of_every_payee_and_in_its_first_language() -> None:
    site = HEAD + "  languages: [hi, en]\n  notify: [mailto:t@example.org, mailto:u@example.org]\n"
    payees = (
        "payees:\n  - {id: a, name: A}\n  - id: b\n    name: B\n    notify:\n"
        "      - {to: mailto:t@example.org, events: recorded, language: en}\n"
    )
    a, b = parse_roster(site + payees).entries
    assert [(one.to, one.language) for one in a.payee.notify] == [
        ("mailto:t@example.org", "hi"),
        ("mailto:u@example.org", "hi"),
    ]
    assert [(one.to, one.kinds, one.language) for one in b.payee.notify] == [
        ("mailto:t@example.org", (NoticeKind.RECORDED,), "en"),
        ("mailto:u@example.org", (NoticeKind.DAY,), "hi"),
    ]


@pytest.mark.parametrize(
    ("item", "place", "words"),
    [
        ("a@b.example", "10:9", "write mailto: before a mail address"),
        ("mailto:x", "10:9", "is no mail address"),
        ("https://shop.example/x", "10:9", "a webhook is signed: name the secret"),
        ("{to: https://10.0.0.1/, secret: s}", "10:14", "no host that the internet knows"),
        ("{to: https://intranet/, secret: s}", "10:14", "no host that the internet knows"),
        ("{to: 'https://[::1]/', secret: s}", "10:14", "no host that the internet knows"),
        ("{to: 'https://u:p@a.example/', secret: s}", "10:14", "no user, no password"),
        ("{to: http://shop.example/, secret: s}", "10:14", "must start with https://"),
        ("{to: https://a.example/, secret: whsec_MfKQ}", "10:42", "never stands here"),
        ("tgrm://x", "10:9", "did you mean tgram://?"),
        ("tgram://12:ab/1", "10:9", "write {secret} in place of the token"),
        ("{to: 'tgram://{secret}/1'}", "10:14", "name the secret that stands for {secret}"),
        ("{to: ntfy://topic, secret: s}", "10:36", "write {secret} into the address"),
        ("{to: mailto:a@b.example, secret: s}", "10:42", "mail needs no secret"),
        ("{to: mailto:a@b.example, events: recored}", "10:42", "did you mean “recorded”?"),
        ("{to: mailto:a@b.example, events: ''}", "10:42", "names no event"),
        ("{to: mailto:a@b.example, language: xx}", "10:44", "is none of en, ar"),
        ("{to: mailto:a@b.example, event: x}", "10:34", "did you mean “events”?"),
        ("{secret: s}", "10:9", "missing key “to”"),
        ("[x]", "10:9", "must be an address such as"),
        ("plain words", "10:9", "an address is ASCII, without spaces"),
    ],
)
def test_a_mistake_is_told_in_its_place_with_a_remedy(item: str, place: str, words: str) -> None:
    with pytest.raises(RosterInvalid) as refused:
        notify(item)
    (line,) = str(refused.value).splitlines()
    assert f":{place}:" in line
    assert words in line


def test_an_address_stands_once() -> None:
    with pytest.raises(RosterInvalid, match="stands here twice"):
        notify("mailto:a@example.org\n      - mailto:a@example.org")


def test_it_is_typed_with_commas_between_the_keys() -> None:
    assert parse_typed_address("mailto:a@example.org") == "mailto:a@example.org"
    assert parse_typed_address("https://a.example/?x=1,2,secret=shop,events=recorded day") == {
        "to": "https://a.example/?x=1,2",
        "secret": "shop",
        "events": "recorded day",
    }
