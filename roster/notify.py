"""`notify`: who outside is told of payments, item by item, with every mistake in its place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from payments.addressee import OF_A_PAYMENT, SECRET_MARK, Addressee, Channel, NoticeKind
from payments.refusals import InvalidValue
from roster.grammar import Placed, refuse_kind
from roster.reading import EmptyNode, ListNode, MappingNode, Mistake, Node, TextNode, quote

_PUSH = """
46elks acs amqp amqps apprise apprises aprs atalk awswhatsapp azure bale bark barks betterstack
bluesky brevo bsky bulksms bulkvs burstsms chanify clickatell clicksend cliq cm d7sms dapnet
deltachat deltachats dingtalk discord dot eight00com elks emby embys enigma2 enigma2s evolution
evolutions exotel feishu firehydrant flock flowtriq flowtriqs fluxer fluxers form forms
freemobile gchat github goalert goalerts gorush gorushs gotify gotifys groundmail groupme
guilded gupshup hassio hassios httpsms humhub humhubs ifttt ilert incidentio infobip instagram
irc ircs jellyfin jellyfins jira join json jsons kakao kakaotalk kaleyra kavenegar klr kodi
kodis kook kudosity kumulos lametric lametrics lark lauther lfg line mailersend mailgun mastodon
mastodons matrix matrixs misskey misskeys mmost mmosts mobilemessage mobilemsg msg91 msgbird
ncloud nclouds nctalk nctalks nexmo nostr notica noticas notifiarr notifico notificos notifyapp
notifyre ntfy ntfys o365 octopush onebot onebots onesignal opsgenie opsimate opsimates pagerduty
pagertree parsep parseps pbul pinglet pinglets pingram pjet pjets plivo postmark pover prowl
psafer psafers push pushdeer pushdeers pushed pushme pushplus pushward pushy qq reddit resend
revolt ringc rocket rockets ryver schan sendgrid sendpulse serwersms seven sfr signal signalgrid
signals signl4 simplepush sinch slack smsc smseagle smseagles smsmanager smsmgr smstunnel
smtp2go sparkpost spike splunk spugpush spush squadcast stackfield strmlabs synology synologys
telesign telnyx tgram threema toot toots trigv trigvs tweet twilio twist twitter viber victorops
voipms vonage webex wechat wecom wecombot whapi whatsapp workflow workflows wpush wxpusher
wxteams x xbmc xbmcs xmatters xml xmls youlmk zalo zcliq zohocliq zoom zulip
"""
PUSH_SCHEMES = frozenset(_PUSH.split())
"""What Apprise reaches over the network; mail goes through SES."""

_KEYS = {
    "to": "Where to: https://…, mailto:…, ntfy://… or another address of Apprise.",
    "events": f"What is told: {', '.join(NoticeKind)}.",
    "secret": "The name under which the system keeps what signs, or what stands for {secret}.",
    "language": "The language of what people read; else the site's first.",
}
_MAX_LENGTH = 500
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_WITHOUT_SECRET = frozenset({"ntfy", "ntfys"})  # a topic may be nobody's secret
_SCHEME = re.compile(r"([a-z][a-z0-9]*)://(.+)", re.ASCII | re.DOTALL)
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`|~-]{1,64}@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,63}")
_SECRET = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?", re.ASCII)
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\"<>^`\\|]")
_BETWEEN = re.compile(r"[\s,]+")
DEFAULTS = {
    Channel.WEBHOOK: OF_A_PAYMENT,
    Channel.MAIL: (NoticeKind.DAY,),
    Channel.PUSH: (NoticeKind.RECORDED, NoticeKind.REVERSED),
}
"""What an address is told that names no events."""


@dataclass(frozen=True, slots=True)
class NotifyItem:
    """An address, or an address behind `to` with what else there is to say of it."""

    example: str = "mailto:usha@example.org"

    @property
    def json_schema(self) -> Mapping[str, object]:
        words = {"type": "string", "description": _KEYS["events"]}
        texts = {"type": "string"}
        return {
            "anyOf": [
                texts,
                {
                    "type": "object",
                    "properties": {
                        key: {"description": about, **texts} for key, about in _KEYS.items()
                    }
                    | {"events": {"anyOf": [words, {"type": "array", "items": words}]}},
                    "required": ["to"],
                    "additionalProperties": False,
                },
            ]
        }

    def read(
        self, node: Node, path: str, mistakes: list[Mistake]
    ) -> Placed[Mapping[str, TextNode]] | None:
        if isinstance(node, TextNode):
            return Placed({"to": node}, node)
        if not isinstance(node, MappingNode):
            refuse_kind(node, "an address", self.example, path, mistakes)
            return None
        texts: dict[str, TextNode] = {}
        for key, (key_node, written) in node.entries.items():
            text = _joined(written) if key == "events" else written
            if key not in _KEYS:
                near = get_close_matches(key.casefold()[:64], _KEYS, 1)
                remedy = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(_KEYS)}"
                message = f"{path}: unknown key {quote(key)}; {remedy}"
                mistakes.append(Mistake(key_node.place, message))
            elif isinstance(text, TextNode):
                texts[key] = text
            else:
                refuse_kind(written, "text", _EXAMPLES[key], f"{path}.{key}", mistakes)
        if "to" not in node.entries:
            message = f"{path}: missing key “to”; add it, such as to: {self.example}"
            mistakes.append(Mistake(node.place, message))
        return Placed(texts, node) if len(texts) == len(node.entries) and "to" in texts else None


_EXAMPLES = {
    "to": "https://shop.example/payments",
    "events": "[recorded, confirmed]",
    "secret": "shop",
    "language": "hi",
}


def _joined(node: Node) -> Node:
    """A list of words as the text that says them, which `payees edit` writes."""
    if isinstance(node, ListNode) and all(isinstance(item, TextNode) for item in node.items):
        words = [item.text for item in node.items if isinstance(item, TextNode)]
        return TextNode(node.marks, ", ".join(words)) if words else EmptyNode(node.marks)
    return node


_NEXT_KEY = re.compile(rf",(?=\s*(?:{'|'.join(_KEYS)})=)")


def parse_typed_address(text: str) -> str | dict[str, str]:
    """An item as one types it on a command line, `https://shop.example/p,secret=shop`, as it is
    written in the roster."""
    first, *others = _NEXT_KEY.split(text)
    to = first.removeprefix("to=").strip()
    if not others:
        return to
    pairs = [part.partition("=") for part in others]
    return {"to": to, **{key.strip(): value.strip() for key, _, value in pairs}}


def parse_addressees(
    items: Iterable[Placed[Mapping[str, TextNode]]],
    languages: Iterable[str],
    path: str,
    mistakes: list[Mistake],
) -> tuple[Addressee, ...]:
    """Who is told, in their order: each address right, none twice. `languages` are those that one
    can be written to in; the first goes without saying."""
    known = tuple(languages)
    addressees: dict[str, Addressee] = {}
    for item in items:
        addressee = _parse(item.value, known, path, mistakes)
        if addressee and addressee.to in addressees:
            message = f"{path}: {quote(addressee.to)} stands here twice; keep one"
            mistakes.append(Mistake(item.place, message))
        elif addressee:
            addressees[addressee.to] = addressee
    return tuple(addressees.values())


def _parse(
    texts: Mapping[str, TextNode], languages: tuple[str, ...], path: str, mistakes: list[Mistake]
) -> Addressee | None:
    secret, language = texts.get("secret"), texts.get("language")
    key = "to"
    try:
        to = _parse_address(texts["to"].text)
        channel = Addressee(to, ()).channel
        key = "secret" if secret else "to"
        _check_secret(to, channel, secret.text if secret else "")
        key = "language"
        if language and language.text not in languages:
            raise InvalidValue(f"{quote(language.text)} is none of {', '.join(languages)}")
        key = "events"
        kinds = _parse_kinds(texts["events"].text) if "events" in texts else DEFAULTS[channel]
    except InvalidValue as error:
        where = f"{path}.{key}" if key != "to" or len(texts) > 1 else path
        mistakes.append(Mistake(texts[key].place, f"{where}: {error}"))
        return None
    return Addressee(
        to, kinds, secret.text if secret else "", language.text if language else languages[0]
    )


def _parse_kinds(text: str) -> tuple[NoticeKind, ...]:
    words = [word for word in _BETWEEN.split(text) if word]
    for word in words:
        if word not in set(NoticeKind):
            near = get_close_matches(word.casefold(), list(NoticeKind), 1)
            remedy = f"did you mean “{near[0]}”?" if near else f"there are {', '.join(NoticeKind)}"
            raise InvalidValue(f"unknown event {quote(word)}; {remedy}")
    if not words:
        raise InvalidValue("names no event; take the address away to tell it nothing")
    return tuple(kind for kind in NoticeKind if kind in words)


def _parse_address(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        raise InvalidValue(f"an address has at most {_MAX_LENGTH} characters")
    if not text.isascii() or _NOT_IN_URLS.search(text):
        raise InvalidValue(f"{quote(text)}: an address is ASCII, without spaces or quotes")
    if text.startswith("mailto:"):
        if not _MAILBOX.fullmatch(text.removeprefix("mailto:")):
            raise InvalidValue(f"{quote(text)} is no mail address; write {NotifyItem().example}")
        return text
    if "@" in text and "://" not in text:
        raise InvalidValue(f"{quote(text)}: write mailto: before a mail address")
    found = _SCHEME.fullmatch(text)
    if not found:
        raise InvalidValue(
            f"{quote(text)} is no address; write https://…, mailto:… or one of Apprise's, such as "
            "ntfy://topic"
        )
    scheme = found[1]
    if scheme in ("https", "http"):
        return _check_webhook(text)
    if scheme not in PUSH_SCHEMES:
        near = get_close_matches(scheme, PUSH_SCHEMES, 1)
        remedy = f"did you mean {near[0]}://?" if near else "the docs of Apprise list what there is"
        raise InvalidValue(f"nothing is known of {scheme}://; {remedy}")
    return text


def _check_webhook(text: str) -> str:
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise InvalidValue(f"{quote(text)} is no web address") from None
    host = url.hostname or ""
    if "@" in url.netloc or "#" in text or port == 0:
        raise InvalidValue("a webhook's address has no user, no password and no “#”")
    if url.scheme == "http" and host not in _LOCAL_HOSTS:
        raise InvalidValue("must start with https://; http is for localhost only")
    if not host or (url.scheme == "https" and not _is_public(url, host)):
        raise InvalidValue(f"{quote(host)} is no host that the internet knows")
    return text


def _is_public(url: SplitResult, host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and "[" not in url.netloc


def _check_secret(to: str, channel: Channel, secret: str) -> None:
    scheme = to.partition(":")[0]
    if secret and not _SECRET.fullmatch(secret):
        raise InvalidValue(
            f"{quote(secret)} is no name: 1 to 48 characters of a-z, 0-9 and inner hyphens. The "
            "secret itself never stands here"
        )
    if channel is Channel.WEBHOOK and not secret:
        raise InvalidValue(
            "a webhook is signed: name the secret, as in {to: https://…, secret: shop}, and make "
            "it with `payees notices --new-secret shop`"
        )
    if channel is Channel.MAIL and secret:
        raise InvalidValue("mail needs no secret; take it away")
    if channel is Channel.PUSH:
        is_marked = SECRET_MARK in to
        if secret and not is_marked:
            raise InvalidValue(f"write {SECRET_MARK} into the address where the secret belongs")
        if is_marked and not secret:
            raise InvalidValue(f"name the secret that stands for {SECRET_MARK}, as in secret: shop")
        if not is_marked and scheme not in _WITHOUT_SECRET:
            raise InvalidValue(
                f"write {SECRET_MARK} in place of the token, as in {scheme}://{SECRET_MARK}/…, and "
                "name it by secret: the token itself never stands here"
            )
