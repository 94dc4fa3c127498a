"""What is in the Lambda zip, and what refuses to make one."""

import ast
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import click
import grimp
import pytest

from cli.stage import with_extends
from infra import lambda_zip as zips
from infra import zappa_callbacks
from infra.stage import load_stage
from infra.trial import LAMBDA_PYTHON
from testkit.demo_process import ROOT
from testkit.runtime_api import RUNTIME_PYTHON
from tests.deploy.zipping import STAGE, run_zappa

slow = pytest.mark.slow
SETTINGS = json.loads((ROOT / "zappa_settings.json").read_text())
TOP_LEVEL = {
    *("backend", "payments", "handler.py", "zappa_settings.py", "__pycache__"),
    *(
        "blinker",
        "click",
        "flask",
        "flask_cors",
        "itsdangerous",
        "jinja2",
        "markupsafe",
        "werkzeug",
    ),
    *("boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six.pyc", "urllib3"),
    "compiled_ahead.pyc",
    *("durationpy", "zappa"),
}


OUR_MODULES = {
    *("backend/__init__", "backend/app", "backend/ceiling", "backend/dynamo_ledger"),
    "backend/dynamo_registry",
    *("backend/dynamodb", "backend/errors", "backend/payee_cache", "payments/documents"),
    *(
        "backend/json_reading",
        "backend/lambda_entry",
        "backend/openapi/__init__",
        "backend/openapi/document",
    ),
    *(
        "backend/openapi/parts",
        "backend/openapi/till",
        "backend/origin",
        "backend/problems",
        "backend/request_body",
    ),
    "backend/request_log",
    *("backend/table", "backend/till_routes", "backend/warming", "backend/wsgi"),
    *(
        "payments/__init__",
        "payments/addressee",
        "payments/currencies",
        "payments/erasing",
        "payments/events",
    ),
    *("payments/lateness", "payments/ledger"),
    *("payments/money", "payments/payee", "payments/payment", "payments/payment_id"),
    *("payments/recording", "payments/refusals", "payments/registry", "payments/text"),
    *("payments/till", "payments/till_keys", "payments/times"),
}


@dataclass
class FakeZappa:
    """What Zappa hands to its callbacks."""

    command: str = "update"
    api_stage: str = "production"
    runtime: str = f"python{sys.version_info.major}.{sys.version_info.minor}"
    zip_path: str = ""
    zappa: Any = field(default_factory=lambda: SimpleNamespace(role_name=""))
    zappa_settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    environment_variables: dict[str, str] = field(default_factory=dict)
    stage_config: dict[str, Any] = field(
        default_factory=lambda: {
            "touch_path": "/api/healthz",
            "aws_environment_variables": {"INSTANTIATE_LAMBDA_HANDLER_ON_IMPORT": "true"},
        }
    )
    vargs: dict[str, Any] = field(default_factory=dict)
    overridden: dict[str, object] = field(default_factory=dict)

    def override_stage_config_setting(self, key: str, val: object) -> None:
        self.overridden[key] = val


def names(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as packed:
        return packed.namelist()


@slow
def test_the_zip_holds_what_a_request_needs_and_nothing_else(lambda_zip: Path) -> None:
    assert lambda_zip.stat().st_size <= 3_000_000
    assert {PurePosixPath(name).parts[0] for name in names(lambda_zip)} == TOP_LEVEL
    kinds = {PurePosixPath(name).suffix for name in names(lambda_zip)}
    assert kinds == {".py", ".pyc", ".json", ".pem"}  # no .so: it runs on both architectures
    assert {name for name in names(lambda_zip) if name.endswith((".json", ".pem"))} == {
        "botocore/data/dynamodb/2012-08-10/endpoint-rule-set-1.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json",
        "botocore/data/endpoints.json",
        "botocore/data/partitions.json",
        "botocore/data/sdk-default-configuration.json",
        "certifi/cacert.pem",
    }
    assert not [name for name in names(lambda_zip) if "/." in name or name.startswith(".")]


def test_of_our_code_the_zip_holds_these_modules_and_no_others() -> None:
    """A new one is allowed here on purpose, or left out in infra/lambda_zip.py."""
    files = [path for folder in ("backend", "payments") for path in (ROOT / folder).rglob("*.py")]
    names_of_files = {path.relative_to(ROOT).as_posix() for path in files}
    assert set(filter(zips.is_needed, names_of_files)) == {f"{name}.py" for name in OUR_MODULES}


def test_each_of_these_modules_is_imported_to_answer_some_request() -> None:
    graph = grimp.build_graph("backend", "payments")
    needed = {"backend.lambda_entry", "backend.wsgi"}
    needed |= graph.find_upstream_modules("backend.wsgi")
    needed |= {name.rpartition(".")[0] for name in needed}  # the packages themselves
    assert needed == {name.removesuffix("/__init__").replace("/", ".") for name in OUR_MODULES}


@slow
def test_its_settings_tell_nothing_that_a_stranger_could_use(lambda_zip: Path) -> None:
    with zipfile.ZipFile(lambda_zip) as packed:
        module = ast.parse(packed.read("zappa_settings.py"))
    values = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign)
    }
    assert values["DEBUG"] is False
    assert values["LOG_LEVEL"] == "INFO"
    assert set(values["ENVIRONMENT_VARIABLES"]) == {
        "API_BASE_PATH",
        "AWS_REGION",
        "LEDGER_TABLE",
        "REGISTRY_TABLE",
    }


@slow
def test_no_bytecode_is_checked_against_a_source(lambda_zip: Path) -> None:
    command = "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"
    told = subprocess.run([LAMBDA_PYTHON, "-c", command], capture_output=True, check=True)
    magic = bytes.fromhex(told.stdout.decode())
    with zipfile.ZipFile(lambda_zip) as packed:
        for name in (name for name in packed.namelist() if name.endswith(".pyc")):
            start = packed.read(name)[:8]
            assert start[:4] == magic, name
            assert int.from_bytes(start[4:], "little") == 0b01, name  # PEP 552: hash, unchecked
    sources = {name for name in names(lambda_zip) if name.endswith(".py")}
    assert sources == {f"{name}.py" for name in OUR_MODULES} | {"handler.py", "zappa_settings.py"}
    compiled = {name for name in names(lambda_zip) if "__pycache__" in name}
    assert len(compiled) == len(sources)


@slow
@pytest.mark.parametrize(
    "missing", ["jmespath", "zappa", "backend/wsgi", "botocore/data/endpoints"]
)
def test_a_zip_that_lacks_something_does_not_start(
    lambda_zip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr("sys.executable", str(LAMBDA_PYTHON))
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(lambda_zip) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            if not name.startswith(missing):
                part.writestr(name, whole.read(name))
    zappa_callbacks.try_alone("try_handler.py", FakeZappa().stage_config, lambda_zip)
    with pytest.raises(click.ClickException, match=r"(?s)Traceback.*Error.*would not start"):
        zappa_callbacks.try_alone("try_handler.py", FakeZappa().stage_config, broken)


@slow
def test_a_zip_that_fails_is_removed(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("backend/lambda_entry.py", "raise RuntimeError('no handler today')")
        for name in ("botocore/data/endpoints.json", "tests/secret.py", ".env"):
            packed.writestr(name, '{"partitions": []}')
    with pytest.raises(click.ClickException, match="RuntimeError: no handler today"):
        zappa_callbacks.rewrite_zip(FakeZappa(zip_path=str(archive)))
    assert not archive.exists()


def test_the_same_files_make_the_same_zip(tmp_path: Path) -> None:
    def packed(order: Iterable[str]) -> bytes:
        folder = tmp_path / str(time.monotonic_ns())
        for name in order:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
        zips.pack(folder, tmp_path / "x.zip")
        return (tmp_path / "x.zip").read_bytes()

    assert packed(["a/b.py", "c.py", "a/a.py"]) == packed(["c.py", "a/a.py", "a/b.py"])


@pytest.mark.parametrize(
    "name",
    [
        ".env",
        "payees.yaml",
        "tests/test_app.py",
        "sitegen/app.py",
        "desk/totals.py",
        "rails/upi.py",
        "roster/model.py",
        "notices/entry.py",
        "intake/entry.py",
        "testkit/factories.py",
        "payments/references.py",
        "publishing/locks.py",
        "cli/local/memory.py",
        "zappa/cli.py",
        "zappa/handler.py",
        "markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so",
        "flask/__pycache__/app.cpython-311.pyc",
        "boto3/data/s3/2006-03-01/resources-1.json",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "backend/.env",
        "package_info.json",
    ],
)
def test_a_file_that_no_request_needs_is_left_out(name: str) -> None:
    assert not zips.is_needed(name)


def test_zappa_takes_role_and_tables_from_the_stages_name_whatever_it_extends() -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    settings["north"] = {"extends": "production", "s3_bucket": "payee-pages-north-deploy"}
    zappa = FakeZappa(
        command="save-python-settings-file",
        api_stage="north",
        zappa_settings=settings,
        environment_variables={"API_BASE_PATH": "/api"},
    )
    zappa_callbacks.check_settings(zappa)
    assert zappa.zappa.role_name == "payee-pages-north-api"
    assert zappa.environment_variables == {
        "API_BASE_PATH": "/api",
        "LEDGER_TABLE": "payee-pages-north-ledger",
        "REGISTRY_TABLE": "payee-pages-north-registry",
    }
    assert settings["production"]["environment_variables"] == {"API_BASE_PATH": "/api"}


@pytest.mark.parametrize("command", ["deploy", "update", "undeploy", "rollback", "tail"])
def test_zappa_does_nothing_with_what_is_another_stages(command: str) -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    settings["north"] = {"extends": "production"}
    zappa = FakeZappa(command=command, api_stage="north", zappa_settings=settings)
    with pytest.raises(click.ClickException, match="give it an s3_bucket called “payee-pages-no"):
        zappa_callbacks.check_settings(zappa)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("rollback", r"`make rollback STAGE=staging` goes back to a zip that was kept"),
        (
            "certify",
            r"`make deploy STAGE=staging ARGS=\"--set DomainName=… --set CertificateArn=…\"`",
        ),
        ("schedule", "nothing runs while nobody pays"),
        ("undeploy", r"`make destroy STAGE=staging ARGS=--yes`"),
    ],
)
def test_what_make_does_better_is_named(command: str, told: str) -> None:
    """Zappa's own would put unknown code back, fail, or end in a traceback for want of a reader."""
    zappa = FakeZappa(command=command, api_stage="staging", zappa_settings=SETTINGS)
    with pytest.raises(click.ClickException, match=told):
        zappa_callbacks.check_settings(zappa)


def test_an_older_market_is_not_packed_by_newer_code() -> None:
    stage = with_extends("production", SETTINGS)
    zappa = FakeZappa(zappa_settings={"production": stage | {"exclude_glob": [], "debug": True}})
    with pytest.raises(click.ClickException, match="has debug, exclude_glob otherwise than this"):
        zappa_callbacks.refuse_other_code(zappa)
    zappa_callbacks.refuse_other_code(FakeZappa(zappa_settings={"production": stage}))


def test_emulated_aws_has_no_public_name_to_touch(monkeypatch: pytest.MonkeyPatch) -> None:
    zappa = FakeZappa(command="save-python-settings-file", zappa_settings=SETTINGS)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    zappa_callbacks.check_settings(zappa)
    assert zappa.overridden == {"touch": False}


def test_only_packing_is_refused_and_only_from_the_wrong_python_or_packages() -> None:
    zappa_callbacks.check_venv(FakeZappa(command="status", runtime="python3.9"))
    with pytest.raises(click.ClickException, match=r"runs on python3\.9 but this is python3\."):
        zappa_callbacks.check_venv(FakeZappa(runtime="python3.9"))
    with pytest.raises(click.ClickException, match="nothing was packed"):
        zappa_callbacks.check_venv(FakeZappa())  # the tests' own venv holds far more


@slow
def test_zappa_itself_refuses_to_pack_another_venv(tmp_path: Path) -> None:
    if not RUNTIME_PYTHON.exists():
        pytest.skip("Lambda's runtime client is not installed: run make test")
    archive = tmp_path / "x.zip"
    with run_zappa("package", STAGE, "--output", archive, python=RUNTIME_PYTHON) as zappa:
        output, _ = zappa.communicate(timeout=60)
    assert zappa.returncode == 1
    assert output.splitlines()[-1].startswith("Error: ")
    assert "nothing was packed" in output
    assert "Traceback" not in output
    assert not archive.exists()


def test_the_stages_that_are_deployed_run_one_python() -> None:
    settings = json.loads((ROOT / "zappa_settings.json").read_text())
    assert [name for name, stage in settings.items() if "runtime" in stage] == ["production"]


COMPARE = """
import re, sys
sys.path.insert(0, sys.argv[1])
import compiled_ahead
kept = dict(re._cache)
assert len(kept) > 100, len(kept)
for (_, pattern, flags), expression in kept.items():
    assert re._compiler.compile(pattern, flags) == expression, pattern
sources = compiled_ahead._SOURCES
assert len(sources) > 60, len(sources)
for source, code in sources.items():
    mode = "eval" if source.startswith("lambda") else "exec"
    assert compile(source, "<string>", mode) == code, source
"""


@slow
def test_what_is_compiled_ahead_is_what_python_would_make_of_it(
    lambda_zip: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(lambda_zip) as packed:
        packed.extract("compiled_ahead.pyc", tmp_path)
    subprocess.run([LAMBDA_PYTHON, "-I", "-S", "-c", COMPARE, tmp_path], check=True)


OTHER_SOURCES = """
import sys
sys.path.insert(0, sys.argv[1])
import compiled_ahead
from collections import namedtuple
from dataclasses import dataclass
made = dataclass(type("Made", (), {"__annotations__": {"never_seen_before": int}}))
assert made(7).never_seen_before == 7
assert namedtuple("Pair", "never seen")(1, 2).seen == 2
"""


@slow
def test_what_is_not_compiled_ahead_is_compiled_as_ever(lambda_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(lambda_zip) as packed:
        packed.extract("compiled_ahead.pyc", tmp_path)
    subprocess.run([LAMBDA_PYTHON, "-I", "-S", "-c", OTHER_SOURCES, tmp_path], check=True)


OTHER_PYTHON = """
import re, sys, _sre
sys.path.insert(0, sys.argv[1])
re.purge()
_sre.MAGIC += 1
import compiled_ahead
kept = {pattern for pattern, *_ in compiled_ahead._EXPRESSIONS}
assert len(kept & {pattern for _, pattern, _ in re._cache}) < 10 < len(kept)
"""


@slow
def test_another_pythons_expressions_are_left_alone(lambda_zip: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(lambda_zip) as packed:
        packed.extract("compiled_ahead.pyc", tmp_path)
    subprocess.run([LAMBDA_PYTHON, "-I", "-S", "-c", OTHER_PYTHON, tmp_path], check=True)


def test_zappa_is_not_sent_to_another_region_by_the_environment() -> None:
    """With keys in the environment, it takes AWS_DEFAULT_REGION before the stage's own."""
    there = SimpleNamespace(
        cf_client=SimpleNamespace(meta=SimpleNamespace(region_name="eu-west-1"))
    )
    with pytest.raises(click.ClickException, match="type `export AWS_DEFAULT_REGION=ap-south-1`"):
        zappa_callbacks.check_stack(FakeZappa(zappa=there), load_stage("production"))
