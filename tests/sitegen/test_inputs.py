"""What a page is made of is known whole: a build that trusts less would keep stale pages."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from sitegen.inputs import FOLDERS, LIBRARIES, library_versions
from testkit.demo_process import ROOT

BUILD = """
import json, sys
from pathlib import Path
before = set(sys.modules)
from roster.model import load_roster
from sitegen.build import build_site
build_site(load_roster(Path("payees.yaml")), Path(sys.argv[1]), processes=1)
loaded = {name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - before}
print(json.dumps(loaded))
"""

CARRIERS = {
    "blinker", "click", "flask", "frozen-flask", "itsdangerous", "werkzeug",  # they pass bytes on
    "cffi",  # calls the minifier, whose version counts
    "pyyaml",  # what it reads of the roster counts
}  # fmt: skip
"""Libraries that are loaded while building, of which no page's bytes come."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The modules that building the sample loads, with their files."""
    out = tmp_path_factory.mktemp("build") / "site"
    command = [sys.executable, "-c", BUILD, str(out)]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return {name: Path(file).resolve() for name, file in json.loads(run.stdout).items() if file}


def test_their_versions_are_found() -> None:
    found = {one.partition("-")[0].lower().replace("_", "-") for one in library_versions()}
    assert found == set(LIBRARIES)


def test_all_code_of_ours_that_makes_pages_counts(loaded: dict[str, Path]) -> None:
    installed = Path(sys.prefix)
    ours = {
        file for file in loaded.values()
        if file.is_relative_to(ROOT) and not file.is_relative_to(installed)
    }  # fmt: skip
    assert len(ours) > 20
    uncounted = {file for file in ours if not any(map(file.is_relative_to, FOLDERS))}
    assert not uncounted, "add its folder to sitegen.inputs.FOLDERS"


def test_every_library_that_makes_pages_counts(loaded: dict[str, Path]) -> None:
    distributions = packages_distributions()
    packages = {name.partition(".")[0] for name in loaded} & distributions.keys()
    used = {one.lower() for package in packages for one in distributions[package]}
    assert used - CARRIERS == set(LIBRARIES), "sort it into LIBRARIES or CARRIERS"
