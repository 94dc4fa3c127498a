"""A copy written as Parquet, for programs that analyse."""

from pathlib import Path

from cli.copying.copied_system import CopiedSystem
from cli.copying.copy_file import opened
from payments.currencies import currency_digits

_DOCUMENTS = """\
SELECT payments.payee_id, payments.payment_id, substr(payments.payment_id, 2) AS reference,
  payments.payer_id,
  CAST(CAST(payments.amount_minor AS DECIMAL(20, 0)) * digits.unit AS DECIMAL(24, 4)) AS amount,
  payments.currency, payments.reason, payments.method, payments.bank_reference,
  make_timestamp(payments.recorded_ms * 1000) AS recorded_at, payments.status,
  coalesce(told.events, []) AS events
FROM payments JOIN (VALUES {units}) AS digits (currency, unit)
ON payments.currency = digits.currency LEFT JOIN (
  SELECT payee_id, payment_id, list(struct_pack(
    status := status, "by" := said_by, why := why,
    recorded_at := make_timestamp(recorded_ms * 1000), line := fingerprint,
    bank_id := bank_id, booked_on := booked_on) ORDER BY number) AS events
  FROM events GROUP BY payee_id, payment_id) AS told
ON payments.payee_id = told.payee_id AND payments.payment_id = told.payment_id
ORDER BY payments.payee_id, payments.payment_id"""


def write_parquet(system: CopiedSystem, path: Path) -> int:
    """Write the fields of an export to `path`, amounts as decimals and moments as UTC's; gives the
    number of payments. Raises Failure."""
    with opened(system.path) as connection:
        currencies = connection.execute("SELECT DISTINCT currency FROM payments").fetchall()
        units = [
            f"('{name}', CAST('1e-{currency_digits(name)}' AS DECIMAL(5, 4)))"
            for (name,) in currencies
        ]
        question = _DOCUMENTS.format(units=", ".join(units) or "('', CAST(1 AS DECIMAL(5, 4)))")
        quoted = str(path).replace("'", "''")
        [(count,)] = connection.execute(
            f"COPY ({question}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        return int(count)
