"""Athena as this project calls it, over exports in a bucket: DuckDB answers, with the columns that
the archive's template says."""

import re
import tempfile
from pathlib import Path
from typing import Any

import duckdb
from types_boto3_s3 import S3Client

from cli.copying.syncing import _item_type


class FakeAthena:
    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket
        self.states: dict[str, dict[str, str]] = {}
        self.stopped: list[str] = []
        self._answers: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}

    def start_query_execution(self, *, QueryString: str, **where: Any) -> dict[str, str]:  # noqa: N803
        assert where == {"QueryExecutionContext": {"Database": "db"}, "WorkGroup": "group"}
        asked = f"question-{len(self.states)}"
        self.states[asked] = {"State": "SUCCEEDED"}
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
            for night in self._nights(QueryString):
                self._fetch(night, Path(folder))
            engine.execute(
                "CREATE VIEW ledger AS SELECT *, replace(parse_path(filename)[-2], 'night=', '') "
                f"AS night FROM read_json('{folder}/*/*', format = 'newline_delimited', "
                f"filename = true, columns = {{Item: '{_item_type()}'}})"
            )
            answer = engine.execute(QueryString)
            names = [name for name, *_ in answer.description or []]
            self._answers[asked] = names, answer.fetchall()
        return {"QueryExecutionId": asked}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803
        return {"QueryExecution": {"Status": self.states[QueryExecutionId]}}

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, name: str) -> "FakeAthena":
        assert name == "get_query_results"
        return self

    def paginate(self, *, QueryExecutionId: str) -> list[dict[str, Any]]:  # noqa: N803
        names, rows = self._answers[QueryExecutionId]
        cells = [
            {"Data": [{} if one is None else {"VarCharValue": str(one)} for one in row]}
            for row in [names, *rows]
        ]
        pages = [cells[:2], cells[2:]]
        return [{"ResultSet": {"Rows": page}} for page in pages]

    @staticmethod
    def _nights(question: str) -> set[str]:
        return set(re.findall(r"night = '([^']+)'", question))

    def _fetch(self, night: str, folder: Path) -> None:
        """Every file below the night's prefix, as Athena reads it: those beside the data, too."""
        (folder / f"night={night}").mkdir()
        listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"ledger/night={night}/")
        for number, entry in enumerate(listed.get("Contents", [])):
            name = entry["Key"].rpartition("/")[2]
            if name.endswith(".gz"):
                path = folder / f"night={night}" / f"{number}.json.gz"
                self._s3.download_file(self._bucket, entry["Key"], str(path))
