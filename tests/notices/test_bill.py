"""A release lists what is in the zip of the notices' Lambda."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from infra.notices.packing import GROUP, OURS
from tools.release import bill_of_locked


@pytest.mark.slow
def test_the_list_of_the_notices_zip_is_what_is_in_it(notices_zip: Path) -> None:
    bill = bill_of_locked(notices_zip, GROUP, OURS)
    listed = {component["name"] for component in bill["components"]}
    assert {"apprise", "boto3", "botocore", "requests", "urllib3", "certifi"} <= listed
    assert not {"flask", "zappa", "duckdb", "standardwebhooks"} & listed
    with zipfile.ZipFile(notices_zip) as opened:
        tops = {name.partition("/")[0] for name in opened.namelist()} - OURS
    assert len(tops - {"__pycache__"}) >= len(listed) > 8
    for component in bill["components"]:
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
    digest = hashlib.sha256(notices_zip.read_bytes()).hexdigest()
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": digest}]
