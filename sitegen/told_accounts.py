"""The accounts that a page out there names, whoever wrote it."""

import json
from collections.abc import Iterator

from rails import Account


def told_accounts(pay_by: str | bytes) -> Iterator[Account | str]:
    """Each account of the text of a page's `pay-by`; what can't be read as one comes as it stands,
    for it may still send payers somewhere. Nothing is checked: the page may be anybody's."""
    try:
        documents = json.loads(pay_by)
    except (ValueError, RecursionError):
        documents = None
    if not isinstance(documents, list):
        yield pay_by if isinstance(pay_by, str) else pay_by.decode(errors="replace")
        return
    for document in documents:
        if not isinstance(document, dict):
            yield json.dumps(document, ensure_ascii=False)
            continue
        texts = {name: _text(value) for name, value in document.items()}
        kind, address, holder = (texts.pop(name, "") for name in ("rail", "address", "holder"))
        yield Account(kind, address, holder, tuple(sorted(texts.items())))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
