"""Rows that were lost come back from a restored copy; those that are there stay as they are."""

from contextlib import closing

import pytest
from click.testing import CliRunner

from backend.dynamo_ledger import DynamoLedger
from backend.table import table_definition
from infra.__main__ import main
from payments.payment import Payment
from testkit.dynamodb_local import dynamodb_client
from testkit.factories import BAKERY, make_payment, make_payment_id

pytestmark = pytest.mark.emulator
TABLE, COPY = "payee-pages-staging-ledger", "payee-pages-staging-restored"


def payments(ledger: DynamoLedger) -> set[Payment]:
    return {history.payment for history in ledger.histories(BAKERY)}


def test_only_what_is_missing_is_put_back(ministack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", ministack)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")  # staging's
    kept, lost = make_payment(), make_payment(payment_id=make_payment_id(random=1))
    with closing(dynamodb_client(ministack)) as client:
        for table in (TABLE, COPY):
            client.create_table(**table_definition(table))
        ledger, copy = DynamoLedger(client, TABLE), DynamoLedger(client, COPY)
        ledger.record(kept)
        for payment in (kept, lost):
            copy.record(payment)

        arguments = ["restore", "staging", "--from", COPY]
        result = CliRunner().invoke(main, [*arguments, "--dry-run"])
        assert "lacks 1 rows of payee-pages-staging-restored; 1 are payments." in result.stderr
        assert payments(ledger) == {kept}
        assert "1 put back; 0 were there" in CliRunner().invoke(main, arguments).stderr
        assert payments(ledger) == {kept, lost}
        assert "lacks 0 rows" in CliRunner().invoke(main, arguments).stderr
        for table in (TABLE, COPY):
            client.delete_table(TableName=table)
