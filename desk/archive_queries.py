"""What an archive is asked by name, in Athena: questions of desk.questions, to the rows of one
night's export."""

from desk.questions import events_of, payments_of, standing, totals_question

NIGHT = "NIGHT"  # stands in the named queries where the folder of an export is to be written


def rows_of(night: str) -> str:
    """The rows of one night's export. What it has beside the data, such as manifests, is no row."""
    quoted = night.replace("'", "''")
    return f"(SELECT Item FROM ledger WHERE night = '{quoted}' AND Item.PK.S IS NOT NULL) AS kept"


def count_question(rows: str) -> str:
    """How many there are: the export's manifest says how many there should be."""
    return f"SELECT count(*) AS found FROM {rows}"


def archive_queries() -> dict[str, str]:
    """Each by its name."""
    rows = rows_of(NIGHT)
    before = relations_of(rows)
    return {
        "totals-by-payee": before + totals_question(["payee"]),
        "totals-by-method": before + totals_question(["method"]),
        "count-of-rows": count_question(rows),
    }


def relations_of(rows: str) -> str:
    """What begins a question to the rows of an export."""
    parts = {"claims": payments_of(rows), "events": events_of(rows), "standing": standing()}
    defined = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in parts.items())
    return f"""\
WITH {defined},
payments AS (
  SELECT claims.*, coalesce(standing.status, 'claimed') AS status
  FROM claims LEFT JOIN standing
  ON claims.payee_id = standing.payee_id AND claims.payment_id = standing.payment_id
)
"""
