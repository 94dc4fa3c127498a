"""A release says what is in it: neither more nor less than there is."""

import hashlib
import json
import shutil
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path

import click
import pytest

from infra.intake import packing
from infra.trial import LAMBDA_PYTHON
from tools.release import (
    DEPLOY_VENV,
    bill_of,
    bill_of_locked,
    export,
    hashes,
    packed,
    tops_of,
    write_bill,
)


@pytest.fixture(scope="module")
def installed() -> list[Distribution]:
    [site_packages] = DEPLOY_VENV.glob("lib/python3.*/site-packages")
    return list(distributions(path=[str(site_packages)]))


@pytest.mark.slow
def test_the_list_of_a_zip_is_what_is_in_it(
    lambda_zip: Path, installed: list[Distribution], tmp_path: Path
) -> None:
    with zipfile.ZipFile(lambda_zip) as opened:
        contents = packed(opened.namelist(), tops_of(installed))
    exported = export("--only-group", "runtime", "--only-group", "deploy")
    bill = bill_of(lambda_zip, exported, contents)
    listed = {component["name"]: component["version"] for component in bill["components"]}
    assert {"flask", "botocore", "zappa", "python-dateutil", "six"} <= listed.keys() == contents
    assert not {"pip", "troposphere", "requests", "s3transfer"} & listed.keys(), "left out of it"
    assert listed.items() <= {
        (one.name.lower().replace("_", "-"), one.version) for one in installed
    }
    for component in bill["components"]:
        assert component["purl"] == f"pkg:pypi/{component['name']}@{component['version']}"
        sources = component["externalReferences"]
        assert all(source["hashes"][0]["alg"] == "SHA-256" for source in sources)
    digest = hashlib.sha256(lambda_zip.read_bytes()).hexdigest()
    assert bill["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": digest}]
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    refs = [component["bom-ref"] for component in bill["components"]]
    assert {ref for one in bill["dependencies"] for ref in one.get("dependsOn", [])} <= {*refs}

    again = bill_of(
        lambda_zip, export("--only-group", "runtime", "--only-group", "deploy"), contents
    )
    write_bill(copied := Path(shutil.copy(lambda_zip, tmp_path)), again)
    written = json.loads(copied.with_name(f"{copied.name}.cdx.json").read_text())
    assert written == bill, "of the same zip, the same list: it has no date"


def test_what_comes_from_nowhere_is_no_release() -> None:
    tops = {"flask": "flask", "six.py": "six"}
    names = ["flask/app.pyc", "__pycache__/six.cpython-313.pyc", "backend/app.py"]
    assert packed(names, tops) == {"flask", "six"}
    with pytest.raises(click.ClickException, match=r"No locked package has evil\."):
        packed([*names, "evil/x.py"], tops)


def test_hashes_are_of_every_file_but_their_own(tmp_path: Path) -> None:
    (tmp_path / "b.whl").write_bytes(b"wheel")
    (tmp_path / "a.zip").write_bytes(b"zip")
    (tmp_path / ".gitignore").write_text("*")
    (tmp_path / "SHA256SUMS").write_text("")
    assert hashes(tmp_path) == "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in (("a.zip", b"zip"), ("b.whl", b"wheel"))
    )


@pytest.mark.slow
@pytest.mark.skipif(not LAMBDA_PYTHON.exists(), reason="run make lambda-tools")
def test_the_list_of_the_intakes_zip_is_what_is_in_it(tmp_path: Path) -> None:
    packing.make_intake_zip(tmp_path / "intake.zip", LAMBDA_PYTHON)
    bill = bill_of_locked(tmp_path / "intake.zip", packing.GROUP, packing.OURS)
    listed = {component["name"] for component in bill["components"]}
    assert {"boto3", "botocore", "jmespath", "s3transfer", "urllib3"} <= listed
    assert not {"flask", "werkzeug", "apprise"} & listed
