"""`payees build`, and what all commands say of a roster with mistakes."""

from tests.cli.desk import SITE, Desk

BROKEN = SITE + "payees:\n  - {id: Shilpa, name: Shilpa}\n  - {id: sneha, nam: Sneha}\n"


def test_build_writes_the_site_and_says_what_comes_next(desk: Desk) -> None:
    result = desk.payees("build", "--out", "site")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == (
        "Built the pages of 2 payees in site.\n"
        "Next: `payees preview` shows them, `payees publish` puts them on the web.\n"
    )
    assert (desk.folder / "site/shilpa/index.html").is_file()


def test_build_of_a_broken_roster_leaves_the_last_build(desk: Desk) -> None:
    desk.payees("build", "--out", "site")
    (desk.folder / "payees.yaml").write_text(BROKEN)
    result = desk.payees("build", "--out", "site")
    assert result.exit_code == 1
    assert "2 mistakes in payees.yaml" in result.stderr
    assert (desk.folder / "site/shilpa/index.html").is_file()


def test_build_refuses_a_folder_that_is_somebody_elses(desk: Desk) -> None:
    result = desk.payees("build", "--out", ".")
    assert result.exit_code == 1
    assert "is not a folder that `payees build` made: name another folder" in result.stderr


def test_build_says_that_it_cannot_write_there(desk: Desk) -> None:
    result = desk.payees("build", "--out", "payees.yaml/site")
    assert result.exit_code == 1
    assert result.stderr == (
        "payees.yaml/site cannot be written (File exists): name another folder.\n"
    )
