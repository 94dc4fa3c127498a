"""The manifest: one object in the bucket that says what is published, and its reconstruction."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_hex

from payments.payee import Payee, PayeeStatus
from payments.registry import PayeeRegistry
from publishing.accounts import Accounts
from publishing.object_store import ObjectStore, StoredObject
from sitegen.page_files import is_site_file

MANIFEST_KEY = ".payee-pages/manifest.json"
CLOSED = "closed"
"""Stands for the fingerprint of a payee that is closed because it left the roster."""


@dataclass(frozen=True, slots=True)
class Published:
    """What is out there: a fingerprint of each file and payee, None where it is uncertain; the
    accounts that money goes to; and by former ids which ids took their place.

    Until `watched_until` (seconds since 1970) the files are not taken on trust: a publish that did
    not end may still be alive, and S3 cannot refuse what it sends late.
    """

    files: Mapping[str, str | None] = field(default_factory=dict)
    payees: Mapping[str, str | None] = field(default_factory=dict)
    watched_until: int = 0
    accounts: Accounts = field(default_factory=dict)
    formerly: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_uncertain(self) -> bool:
        return None in self.files.values() or None in self.payees.values()


def load_manifest(store: ObjectStore) -> tuple[Published | None, str | None]:
    """What the manifest says, and its version tag; None instead of each if there is none, and
    for what it says if that cannot be read."""
    found = store.get(MANIFEST_KEY)
    if found is None:
        return None, None
    item, tag = found
    try:
        manifest = json.loads(item.body)
        files, payees = dict(manifest["files"]), dict(manifest["payees"])
        accounts = {one: tuple(lines) for one, lines in manifest.get("accounts", {}).items()}
        watched_until, formerly = int(manifest.get("watched_until", 0)), manifest.get("formerly")
        return Published(files, payees, watched_until, accounts, dict(formerly or {})), tag
    except (ValueError, LookupError, TypeError, AttributeError):
        return None, tag


def save_manifest(store: ObjectStore, published: Published, tag: str | None) -> str:
    """Replace the version `tag` of the manifest (None: create it), and return the new tag.

    Raises ObjectChanged if somebody else published meanwhile, even if that changed nothing: tags
    say only whether the body is the same, so every manifest has a mark of its own.
    """
    document = {
        "files": dict(published.files),
        "payees": dict(published.payees),
        "watched_until": published.watched_until,
        "accounts": dict(published.accounts),
        "formerly": dict(published.formerly),
        "mark": token_hex(8),
    }
    body = json.dumps(document, sort_keys=True, ensure_ascii=False, indent=0).encode()
    return store.put_if(MANIFEST_KEY, StoredObject(body, "application/json", "no-store"), tag)


def inspect_files(
    recorded: Published, tags: Mapping[str, str], found: Mapping[str, str]
) -> dict[str, str | None]:
    """Which files are really out there, from the tags that the bucket lists, `found`.

    `tags` are those that the files of the site should have. A listing tells bodies, not headers, so
    a file is certain only where the manifest, `recorded`, agrees. Objects that no build of ours
    could have written are left alone.
    """
    return {
        key: recorded.files.get(key) if tag == tags.get(key) else None
        for key, tag in found.items()
        if is_site_file(key)
    }


def inspect_payees(
    recorded: Published, roster_ids: Collection[str], registry: PayeeRegistry
) -> dict[str, str | None]:
    """What the registry really holds, from the whole table.

    What the manifest, `recorded`, calls uncertain stays so, even if it is not there: an earlier
    publish may still be about to write it, and is refused only where a newer one wrote.
    """
    found: dict[str, str | None] = {
        payee.payee_id: CLOSED
        if payee.status is PayeeStatus.CLOSED and payee.payee_id not in roster_ids
        else payee_fingerprint(payee)
        for payee in registry.payees()
    }
    uncertain = [payee_id for payee_id, known in recorded.payees.items() if known is None]
    return found | dict.fromkeys(uncertain)


def file_fingerprint(content: str, content_type: str, cache_control: str) -> str:
    """`content` is the SHA-256 of the body."""
    return sha256(f"{content_type}\n{cache_control}\n{content}".encode()).hexdigest()[:32]


def payee_fingerprint(payee: Payee) -> str:
    told = f"{payee.notify or ''}{payee.ids or ''}"
    return sha256(f"{payee!r}{told}".encode()).hexdigest()[:32]
