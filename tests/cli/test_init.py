"""`payees init`: a market's folder, whatever it is called, and never over what is there."""

import json
import re
from pathlib import Path

import pytest
import yaml

from cli.commands.roster import init
from cli.stage import with_extends
from infra.stage import SETTINGS, parse_stage
from roster.model import parse_roster
from tests.cli.desk import Desk

WRITTEN = [
    *("payees.yaml", "zappa_settings.json", ".gitignore"),
    *(".github/workflows/roster.yml", ".github/CODEOWNERS"),
]
FOLDERS = {
    "town-market": ("Town market", "town-market"),
    "town_market.2": ("Town market.2", "town-market-2"),
    "Crème Brûlée & Co": ("Crème Brûlée & Co", "creme-brulee-co"),
    'the "old" one: #1': ('The "old" one: #1', "the-old-one-1"),
    "बाज़ार": ("बाज़ार", "market"),
    "मंडी 12": ("मंडी 12", "12"),
    "null": ("Null", "null"),
    "a\\b": ("A\\b", "a-b"),
    "x" * 200: ("My market", "x" * 20),
    "the market at the old harbour": ("The market at the old harbour", "the-market-at-the-ol"),
    "caf\udce9": ("My market", "caf"),  # a name in Latin-1, as Python has it
    "right\u202eleft": ("My market", "rightleft"),
    "-": ("My market", "market"),
}


@pytest.fixture
def empty(desk: Desk) -> Desk:
    (desk.folder / "payees.yaml").unlink()
    return desk


def test_it_says_what_it_wrote_and_what_comes_next(empty: Desk) -> None:
    result = empty.payees("init", "my market")
    assert (result.exit_code, result.stdout) == (0, "")
    *wrote, address, following = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in wrote] == [
        f"Wrote my market/{name}" for name in WRITTEN
    ]
    assert (
        address == "Put the address of your copy of Payee Pages into .github/workflows/roster.yml."
    )
    assert following == (
        "Next: edit payees.yaml, and look at the pages: cd 'my market' && payees preview"
    )
    written = [path for path in (empty.folder / "my market").rglob("*") if path.is_file()]
    assert sorted(written) == sorted(empty.folder / "my market" / name for name in WRITTEN)


def test_here_is_a_folder_too(empty: Desk) -> None:
    result = empty.payees("init")
    assert result.stderr.endswith("look at the pages: payees preview\n")
    assert empty.payees("check").stderr == "payees.yaml: 3 payees, no mistakes.\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda name: ascii(name)[:20])
def test_every_folders_name_makes_a_valid_market(empty: Desk, folder: str) -> None:
    title, slug = FOLDERS[folder]
    assert empty.payees("init", f"./{folder}").exit_code == 0
    market = empty.folder / folder
    assert parse_roster((market / "payees.yaml").read_text("utf-8")).site.title == title
    settings = json.loads((market / "zappa_settings.json").read_text())
    assert settings["production"]["project_name"] == f"payee-pages-{slug}"


def test_the_names_of_its_stages_are_those_that_this_repositorys_have(empty: Desk) -> None:
    """Laid over the product's own settings, they make whole stages under the market's names."""
    empty.payees("init", "x" * 99)
    own = json.loads((empty.folder / ("x" * 99) / "zappa_settings.json").read_text())
    product = json.loads(SETTINGS.read_text())
    for name, settings in own.items():
        theirs = with_extends(name, product)
        theirs.pop("extends", None)
        stage = parse_stage(name, {name: theirs | settings})
        whole = f"{settings['project_name']}-{name}"
        assert stage.aws_name == whole
        assert re.fullmatch(rf"{whole}-deploy-[0-9a-f]{{6}}", stage.deploy_bucket)
        same = {"s3_bucket": theirs["s3_bucket"]}  # but for what makes it the world's only one
        renamed = json.dumps(settings | same).replace(settings["project_name"], "payee-pages")
        assert json.loads(renamed) == {key: theirs[key] for key in settings}
        # IAM, S3 and Lambda allow 64, 63 and 64 characters; the pages' bucket has an account's 12.
        assert len(stage.role) <= 64
        assert max(len(stage.deploy_bucket), len(f"{whole}-pages-{'1' * 12}")) <= 63


def test_a_buckets_name_is_never_given_twice(empty: Desk) -> None:
    for folder in ("a/market", "b/market"):
        empty.payees("init", folder)
    first, second = (
        json.loads((empty.folder / place / "market/zappa_settings.json").read_text())
        for place in "ab"
    )
    assert first["production"]["s3_bucket"] != second["production"]["s3_bucket"]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_there_is_never_touched(empty: Desk, name: str) -> None:
    path = empty.folder / "market" / name
    path.parent.mkdir(parents=True)
    path.symlink_to("nowhere")
    result = empty.payees("init", "market")
    assert result.exit_code == 1
    assert result.stderr == (
        f"market/{name} is there already: nothing was written. "
        "Name another folder, or move what is there away.\n"
    )
    assert [place for place in (empty.folder / "market").rglob("*") if not place.is_dir()] == [path]


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("file", "File exists"),
        ("file/market", "Not a directory"),
        ("y" * 300, "File name too long"),
    ],
)
def test_where_nothing_can_be_written_is_a_sentence(empty: Desk, folder: str, reason: str) -> None:
    (empty.folder / "file").touch()
    result = empty.payees("init", folder)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stderr.endswith("name another folder.\n")
    assert [path.name for path in empty.folder.iterdir()] == ["file"]


def test_a_full_disk_leaves_nothing_behind(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Path.open

    def full(path: Path, *arguments: str, **options: str) -> object:
        if path.name == "roster.yml":
            raise OSError(28, "No space left on device")
        return written(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    result = empty.payees("init", "market")
    assert result.exit_code == 1
    assert "(No space left on device)" in result.stderr
    assert not [path for path in (empty.folder / "market").rglob("*") if path.is_file()]


def test_the_workflow_installs_the_commit_that_made_it(
    empty: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "git+https://example.org/payee-pages@0123abcd"
    monkeypatch.setattr(init, "repository_address", lambda: address)
    result = empty.payees("init", "market")
    assert "your copy" not in result.stderr
    workflow = yaml.safe_load((empty.folder / "market/.github/workflows/roster.yml").read_text())
    assert workflow["jobs"]["check"]["env"] == {"PAYEE_PAGES": address}
