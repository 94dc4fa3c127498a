"""The shared cases of vectors.json, which tests/js/rails.test.mjs reads too."""

import json
from pathlib import Path
from typing import Any

from payments.money import Money, parse_money
from rails import Account, parse_account

Vector = dict[str, Any]
VECTORS: dict[str, list[Vector]] = json.loads(Path(__file__).with_name("vectors.json").read_text())


def name_of(vector: Vector) -> str:
    """For pytest's list of cases."""
    what = vector.get("note") or vector.get("why") or vector.get("code", "")[:40]
    return f"{vector['rail']}: {what!a}"


def money_of(vector: Vector) -> Money:
    """None of the currency where the payer types the amount."""
    amount = vector.get("amount")
    return parse_money(amount, vector["currency"]) if amount else Money(0, vector["currency"])


def details_of(vector: Vector) -> tuple[str, str]:
    return vector.get("reference", ""), vector.get("text", "")


def payable() -> list[tuple[str, Account, Money]]:
    """Each account of the vectors, and an amount."""
    firsts = {str(vector["account"]): vector for vector in VECTORS["codes"]}
    return [(name_of(v), parse_account(v["account"]), _money(v)) for v in firsts.values()]


def _money(vector: Vector) -> Money:
    return Money(5000 if vector["currency"] != "VND" else 180_000, vector["currency"])
