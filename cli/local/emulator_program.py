"""Where ministack is: in the clone, where `make` puts it, or else in the user's cache, into which
the list of hashes beside this file brings it the first time."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TextIO

import click

from cli.failure import Failure
from cli.local.cache_folder import cache_dir

_CLONES_OWN = Path(__file__).parents[2] / ".tools/ministack"
_PROGRAM = "bin/ministack"
_MARKER = ".installed"  # make's, too


def find_emulator() -> Path:
    """The program to start, installed if it was not there yet. Raises Failure."""
    if _is_whole(_CLONES_OWN):
        return _CLONES_OWN / _PROGRAM
    requirements = files("cli.local").joinpath("ministack.txt").read_bytes()
    version = "{}.{}".format(*sys.version_info)
    venv = cache_dir() / f"ministack-{sha256(requirements).hexdigest()[:12]}-python{version}"
    try:
        venv.parent.mkdir(parents=True, exist_ok=True)
        with _one_at_a_time(venv.with_name(f"{venv.name}.lock")):
            if not _is_whole(venv):
                _install(venv, requirements)
    except OSError as error:
        raise Failure(
            f"The AWS emulator cannot be kept in {venv} ({error.strerror}): "
            "name another folder for such things in XDG_CACHE_HOME."
        ) from error
    return venv / _PROGRAM


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Waiting for another `payees` that installs it …", err=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_whole(venv: Path) -> bool:
    """Its marker is written last; and the Python that it links to may have been removed since."""
    return (venv / _MARKER).exists() and (venv / "bin/python").exists()


def _install(venv: Path, requirements: bytes) -> None:
    click.echo(f"Installing it first, this once, into {venv} …", err=True)
    shutil.rmtree(venv, ignore_errors=True)
    listed = venv.with_name(f"{venv.name}.txt")
    listed.write_bytes(requirements)
    make_venv: list[str | Path]
    install: list[str | Path]
    if uv := os.environ.get("UV") or shutil.which("uv"):  # `uvx` says where it is
        make_venv = [uv, "venv", "--quiet", "--python", sys.executable, venv]
        install = [uv, "pip", "install", "--quiet", "--python", venv / "bin/python"]
    else:
        make_venv = [sys.executable, "-I", "-m", "venv", venv]
        install = [venv / "bin/python", "-I", "-m", "pip", "install", "--quiet", "--retries", "2"]
    with venv.with_name(f"{venv.name}.log").open("w+", encoding="utf-8", errors="replace") as log:
        _run(
            make_venv,
            log,
            "install what it names (on Debian: apt-get install python3-venv), or uv",
        )
        # Wheels only: what builds another kind is on no list of hashes.
        chosen: list[str | Path] = ["--require-hashes", "--only-binary", ":all:", "-r", listed]
        _run([*install, *chosen], log, "check the network")
    (venv / _MARKER).touch()


def _run(command: list[str | Path], log: TextIO, remedy: str) -> None:
    """Raises Failure with what the command said of its failure, and `remedy`."""
    # Not in the user's folder: settings for uv that lie there are not meant for this.
    done = subprocess.run(
        command,
        cwd=Path(log.name).parent,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        log.seek(0)
        said = [line.strip() for line in log if line.strip()] or ["it says nothing"]
        error = next((line for line in said if line.lower().startswith("error")), said[-1])
        raise Failure(
            f"The AWS emulator could not be installed ({error}): {remedy}, and start again. "
            f"{log.name} has all that was said."
        )
