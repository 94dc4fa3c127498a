"""The emulator in the user's cache: brought once, whole or not at all, with uv or without."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.package.conftest import Installed

pytestmark = [pytest.mark.slow, pytest.mark.emulator]

FIND = "from cli.local.emulator_program import find_emulator; print(find_emulator())"


@pytest.fixture
def fresh(installed: Installed, tmp_path: Path) -> Installed:
    """With an empty cache."""
    return replace(
        installed, environment=installed.environment | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    )


def without_uv(installed: Installed) -> Installed:
    return replace(installed, environment=installed.environment | {"PATH": "/usr/bin:/bin"})


def find(installed: Installed) -> "subprocess.CompletedProcess[str]":
    return installed.run(installed.venv / "bin/python", "-c", FIND)


def kill_while_it_installs(installed: Installed, seen: Callable[[], object]) -> None:
    with subprocess.Popen(
        [installed.venv / "bin/python", "-c", FIND],
        cwd=installed.folder,
        env=installed.environment,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not seen():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)  # and pip with it


@pytest.mark.parametrize("with_uv", [True, False], ids=["uv", "pip"])
def test_half_an_installation_is_never_believed(fresh: Installed, *, with_uv: bool) -> None:
    shell = fresh if with_uv else without_uv(fresh)
    cache = Path(shell.environment["XDG_CACHE_HOME"]) / "payee-pages"
    kill_while_it_installs(shell, lambda: list(cache.glob("*/bin/python")))
    [venv] = [path for path in cache.iterdir() if path.is_dir()]
    (venv / "bin/ministack").touch()  # as if the kill had come a moment later

    done = find(shell)
    assert done.stderr == f"Installing it first, this once, into {venv} …\n"
    program = Path(done.stdout.strip())
    assert program == venv / "bin/ministack"
    assert program.stat().st_size

    again = find(shell)
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_a_cache_whose_python_was_removed_is_made_anew(fresh: Installed) -> None:
    program = Path(find(fresh).stdout.strip())
    python = program.with_name("python")
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert "Installing it first" in find(fresh).stderr
    assert python.exists()


def test_two_at_once_install_it_once(fresh: Installed) -> None:
    both = [
        subprocess.Popen(
            [fresh.venv / "bin/python", "-c", FIND],
            cwd=fresh.folder,
            env=fresh.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=300)[1] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Installing" in text for text in said) == 1
    assert "Waiting for another `payees` that installs it …\n" in said


@pytest.mark.parametrize("with_uv", [True, False], ids=["uv", "pip"])
def test_without_a_network_it_is_a_sentence(fresh: Installed, *, with_uv: bool) -> None:
    unreachable = "http://127.0.0.1:9"
    nothing = fresh.folder / "no packages"
    nothing.mkdir(exist_ok=True)
    offline = {
        "UV_DEFAULT_INDEX": f"{unreachable}/simple",
        "UV_FIND_LINKS": str(nothing),
        "UV_CACHE_DIR": f"{fresh.environment['XDG_CACHE_HOME']}/uv",
        "UV_HTTP_RETRIES": "0",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": f"{unreachable}/simple",
        "PIP_FIND_LINKS": str(nothing),
        "PIP_NO_CACHE_DIR": "1",
        "ALL_PROXY": unreachable,
    }
    shell = fresh if with_uv else without_uv(fresh)
    shell = replace(shell, environment=shell.environment | offline)
    shell.payees("init", "market-uv" if with_uv else "market-pip")
    shell = replace(shell, folder=shell.folder / ("market-uv" if with_uv else "market-pip"))
    done = shell.payees("demo", "--port", "0", code=1)
    *_, sentence = done.stderr.splitlines()
    assert sentence.lower().startswith("the aws emulator could not be installed (error: ")
    assert "check the network, and start again" in sentence
    log = Path(sentence.partition("start again. ")[2].removesuffix(" has all that was said."))
    assert log.read_text()


def test_a_folder_that_cannot_be_written_is_a_sentence(fresh: Installed) -> None:
    shell = replace(fresh, environment=fresh.environment | {"XDG_CACHE_HOME": "/proc/none"})
    shell.payees("init", "market")
    done = replace(shell, folder=shell.folder / "market").payees("demo", "--port", "0", code=1)
    assert done.stderr.endswith("name another folder for such things in XDG_CACHE_HOME.\n")
