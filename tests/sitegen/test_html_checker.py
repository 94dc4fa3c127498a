"""Every built page passes the Nu HTML checker, the W3C's own."""

import subprocess
from pathlib import Path

import pytest

from testkit.demo_process import PAYEES, ROOT

CHECKER = ROOT / ".tools/html-checker/node_modules/vnu-jar/build/dist/vnu.jar"
LENGTH_FROM_A_NUMBER = ".*CSS: “font-size”: Parse Error.*"
"""An amount shrinks with its length; the checker does not know calc() with custom properties."""


@pytest.mark.slow
def test_the_html_checker_finds_no_error_in_any_built_page(tmp_path: Path) -> None:
    if not CHECKER.exists():
        pytest.skip("the HTML checker is not installed: it needs Java 17; then run make test")
    site = tmp_path / "site"
    subprocess.run(
        [PAYEES, "build", "--roster", "payees.yaml", "--out", site],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    options = ["--errors-only", "--skip-non-html", "--filterpattern", LENGTH_FROM_A_NUMBER]
    program = ["java", "-Xss2m", "-jar", str(CHECKER), *options, str(site)]
    found = subprocess.run(program, check=False, capture_output=True, text=True)
    assert found.stderr == ""
    assert found.returncode == 0
