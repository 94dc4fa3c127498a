"""How this program was installed: how to call it, what is missing, and where it came from.

Asked only when somebody needs to know, for importlib.metadata is slow to load.
"""

import json
import os
import re
import shlex
import shutil
import sys
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from importlib.util import find_spec
from pathlib import Path

NAME = "payee-pages"


def installed_version() -> str:
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "unknown: it is not installed, but run from its sources"


def missing_requirements() -> list[str]:
    """What an installation without dependencies, such as the hook's for pre-commit, leaves out; of
    extras nobody misses anything until they ask for it."""
    needed = [one for one in _requirements() if "extra ==" not in one]
    return [one for one in needed if not _is_installed(one)]


def install_command(requirements: list[str]) -> str:
    """What to type to have `requirements` in this environment."""
    pip = [sys.executable, "-m", "pip", "install"]
    if find_spec("pip") is None:
        brought = Path(sys.prefix).parent / ".tools/uv/bin/uv"  # by make
        uv = str(brought) if brought.is_file() else "uv"
        pip = [uv, "pip", "install", "--python", sys.executable]
    return shlex.join([*pip, *requirements])


def own_command() -> str:
    """What calls this program in another terminal, as short as it can be typed here."""
    program = Path(sys.argv[0]).absolute()
    is_lasting = "UV" not in os.environ  # `uvx` puts an environment of its own on this PATH only
    if is_lasting and (found := shutil.which(program.name)) and program.samefile(found):
        return program.name
    short = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
    return shlex.quote(str(short))


def repository_address() -> str | None:
    """What pip calls the commit that this was installed from, if that is in a repository on the
    web (the direct_url.json of PEP 610)."""
    try:
        origin = json.loads(distribution(NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    url, commit = origin.get("url", ""), origin.get("vcs_info", {}).get("commit_id")
    if not commit or not url.startswith("https://") or "@" in url:  # what it has is no secret
        return None
    return f"git+{url}@{commit}"


def _requirements() -> list[str]:
    try:
        return requires(NAME) or []
    except PackageNotFoundError:
        return []


def _is_installed(requirement: str) -> bool:
    found = re.match(r"[\w.-]+", requirement)
    try:
        return bool(found and version(found[0]))
    except PackageNotFoundError:
        return False
