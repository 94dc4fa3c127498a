"""A visitor who follows every link of the live site, and looks whether payees can be paid."""

import json
import re
import time
from pathlib import Path

from cli.system import System
from payments.payee import PayeeId, PayeeStatus

_LINK = re.compile(r'<a class="card" href="([a-z0-9-]+)/"')
_PAYS = '<form id="form"'


def crawl(system: System, report: Path, stop: Path) -> None:
    """Visit until `stop` exists, then write to `report` how often, and what was wrong."""
    store, registry = system.store(), system.registry()
    wrong: list[str] = []
    rounds = 0

    def page(key: str) -> str:
        found = store.get(key)
        return found[0].body.decode() if found else ""

    def is_open(payee_id: str) -> bool:
        payee = registry.find_fresh(PayeeId(payee_id))
        return payee is not None and payee.status is PayeeStatus.OPEN

    def links() -> set[str]:
        return set(_LINK.findall(page("index.html")))

    while not stop.exists():
        rounds += 1
        for payee_id in links():
            key = f"{payee_id}/index.html"
            # The site may change between two requests: what is wrong is wrong the other way round.
            if not page(key) and payee_id in links() and not page(key):
                wrong.append(f"a dead link to {payee_id}")
            if _PAYS in page(key) and not is_open(payee_id) and _PAYS in page(key):
                wrong.append(f"{payee_id} asks for payments that are refused")
        time.sleep(0.01)
    report.write_text(json.dumps({"rounds": rounds, "wrong": wrong}))
