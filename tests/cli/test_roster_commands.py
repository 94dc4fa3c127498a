from tests.cli.desk import SITE, Desk

BROKEN = SITE + "payees:\n  - {id: Shilpa, name: Shilpa}\n  - {id: sneha, nam: Sneha}\n"


def test_check_says_that_all_is_well(desk: Desk) -> None:
    result = desk.payees("check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "payees.yaml: 2 payees, no mistakes.\n"


def test_check_names_every_mistake_on_a_line_of_its_own(desk: Desk) -> None:
    (desk.folder / "other.yaml").write_text(BROKEN)
    result = desk.payees("check", "other.yaml")
    *problems, summary = result.stderr.splitlines()
    assert (result.exit_code, result.stdout) == (1, "")
    assert [problem.split(": ")[0] for problem in problems] == [
        "other.yaml:7:10",
        "other.yaml:8:17",
    ]
    assert summary == "2 mistakes in other.yaml: nothing was changed."


def test_a_missing_roster_is_a_mistake(desk: Desk) -> None:
    result = desk.payees("check", "none.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.yaml:1:1: cannot be read (No such file or directory)")


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


def test_every_command_explains_itself(desk: Desk) -> None:
    for command in ("check", "build", "preview", "publish", "payments", "demo"):
        assert desk.payees(command, "-h").exit_code == 0
        assert f"  {command} " in desk.payees("-h").stdout


def test_a_command_that_does_not_exist_is_wrong_usage(desk: Desk) -> None:
    assert desk.payees("pulbish").exit_code == 2
