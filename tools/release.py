"""What lies beside the wheel and the Lambda zips in a release (`make release`): the hashes of all,
and of each a list of what is in it (an SBOM in CycloneDX, by uv from its lock)."""

import hashlib
import json
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Collection, Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from infra.beside.locked_libraries import install_libraries
from infra.intake import packing as intake_packing
from infra.lambda_zip import OURS
from infra.notices import packing as notices_packing
from infra.trial import LAMBDA_PYTHON
from testkit.demo_process import ROOT

FOLDER = ROOT / "build/release"
DEPLOY_VENV = ROOT / ".tools/deploy"
MADE_HERE = OURS | {"compiled_ahead.py", "s3transfer"}  # by Zappa, and by infra/fast_start
_UV = ROOT / ".tools/uv/bin/uv"

Bill = dict[str, Any]


def export(*groups: str) -> Bill:
    """uv's list of what these groups of its lock hold, with each release's hashes."""
    as_it_is = ("--quiet", "--locked", "--preview-features", "sbom-export")
    done = subprocess.run(
        [_UV, "export", *as_it_is, "--format", "cyclonedx1.5", *groups],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    bill: Bill = json.loads(done.stdout)
    return bill


def tops_of(installed: Iterable[Distribution]) -> dict[str, str]:
    """The name of the distribution that each folder or module beside others comes from."""
    return {
        path.parts[0]: distribution.name.lower().replace("_", "-")
        for distribution in installed
        for path in distribution.files or []
        if path.suffix == ".py"
    }


def packed(
    names: Iterable[str], tops: Mapping[str, str], made_here: Collection[str] = MADE_HERE
) -> set[str]:
    """The distributions that are in a zip of these names. Raises click.ClickException if something
    in it is from nowhere."""
    found = {_top_of(name) for name in names} - set(made_here)
    if unknown := found - tops.keys():
        raise click.ClickException(f"No locked package has {', '.join(sorted(unknown))}.")
    return {tops[top] for top in found}


def _top_of(name: str) -> str:
    top, _, rest = name.partition("/")
    if top == "__pycache__":  # of a module that lies beside the folders
        return f"{rest.partition('.')[0]}.py"
    return top.replace(".pyc", ".py")


def bill_of(archive: Path, exported: Bill, only: set[str] | None = None) -> Bill:
    """The list of what is in that file. The same file has the same list, to the byte."""
    content = archive.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    components = [
        component
        for component in exported["components"]
        if only is None or component["name"] in only
    ]
    if only and (lacking := only - {component["name"] for component in components}):
        raise click.ClickException(f"The lock does not have {', '.join(sorted(lacking))}.")
    project = exported["metadata"]["component"]
    kept = {component["bom-ref"] for component in components} | {project["bom-ref"]}
    about = {
        "type": "application",
        "bom-ref": project["bom-ref"],
        "name": archive.name,
        "version": project["version"],
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    return exported | {
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest)}",
        "metadata": {"tools": exported["metadata"]["tools"], "component": about},
        "components": components,
        "dependencies": [
            entry
            | ({"dependsOn": [ref for ref in entry["dependsOn"] if ref in kept]}
               if "dependsOn" in entry else {})
            for entry in exported.get("dependencies", [])
            if entry["ref"] in kept
        ],
    }  # fmt: skip


def write_bill(archive: Path, bill: Bill) -> None:
    archive.with_name(f"{archive.name}.cdx.json").write_text(json.dumps(bill, indent=1) + "\n")


def hashes(folder: Path) -> str:
    """As `sha256sum --check` reads them."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != "SHA256SUMS" and not path.name.startswith(".")
    )


def bill_of_locked(archive: Path, group: str, ours: Collection[str]) -> Bill:
    """Of the zip of one of the smaller Lambdas: what of its group of the lock is in it."""
    with TemporaryDirectory(prefix="bill-") as folder:
        install_libraries(Path(folder), group, LAMBDA_PYTHON)
        tops = tops_of(distributions(path=[folder]))
    with zipfile.ZipFile(archive) as opened:
        contents = packed(opened.namelist(), tops, ours)
    return bill_of(archive, export("--only-group", group), contents)


def main(zips: list[str]) -> None:
    of_lambda = export("--only-group", "runtime", "--only-group", "deploy")
    [site_packages] = DEPLOY_VENV.glob("lib/python3.*/site-packages")
    tops = tops_of(distributions(path=[str(site_packages)]))
    for name in zips:
        archive = Path(shutil.copy(name, FOLDER / f"lambda-{Path(name).name}"))
        with zipfile.ZipFile(archive) as opened:
            contents = packed(opened.namelist(), tops)
        write_bill(archive, bill_of(archive, of_lambda, contents))
    told = FOLDER / "lambda-notices.zip"
    notices_packing.make_notices_zip(told, LAMBDA_PYTHON)
    write_bill(told, bill_of_locked(told, notices_packing.GROUP, notices_packing.OURS))
    taken_in = FOLDER / "lambda-intake.zip"
    intake_packing.make_intake_zip(taken_in, LAMBDA_PYTHON)
    write_bill(taken_in, bill_of_locked(taken_in, intake_packing.GROUP, intake_packing.OURS))
    for wheel in FOLDER.glob("*.whl"):
        write_bill(wheel, bill_of(wheel, export("--no-default-groups", "--all-extras")))
    (FOLDER / "SHA256SUMS").write_text(hashes(FOLDER))
    for path in sorted(FOLDER.glob("[!.]*")):
        click.echo(f"{path.stat().st_size:>10,}  {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
