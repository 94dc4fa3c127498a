"""How large the rooms of the house may be. `pytest -s tests/test_house.py` prints the table."""

import ast
import io
import tokenize
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from testkit.demo_process import ROOT

MOST_IN_A_PACKAGE = 1600
MOST_IN_A_MODULE = 250
ROOMS = (  # counted apart from the package that they are in
    *("cli/commands", "cli/commands/roster", "cli/commands/site", "cli/commands/ledger"),
    "cli/commands/bank",
    *("cli/completing", "cli/copying"),
    "cli/following",
    "cli/intake",
    "cli/many_payees",
    "cli/settling",  # what one command does in steps, of which each is a file to know
    *(
        "backend/openapi",
        "cli/local",
        "cli/publishing",
        "cli/editing",
        "desk/alerts",
        "desk/deciding",
        "desk/settling",
        "desk/statements",
        "desk/statements/tables",
        "infra/archiving",
        "infra/beside",
        "infra/emulation",
        "infra/fast_start",
        "infra/guarding",
        "sitegen/freezing",
        "sitegen/listing",
        "infra/notices",
        "infra/intake",
        "sitegen/scripts",
        "roster/importing",
    ),
    "testkit/looks",
)
NOT_PACKAGES = {"tests", "tools"}  # they grow with what is proven, so only their modules are bound

_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    *(tokenize.ENCODING, tokenize.ENDMARKER),
}


def code_lines(source: str) -> int:
    """Lines of a module, blank ones, comments and docstrings aside."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    spans = [range(t.start[0], t.end[0] + 1) for t in tokens if t.type not in _NO_CODE]
    texts = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and is_text(node)
    ]
    return len({line for span in spans for line in span} - {n for span in texts for n in span})


def is_text(statement: ast.stmt) -> bool:
    """Whether it is a string that stands alone: the docstring of what it is in, or follows."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def only_forwards(source: str) -> bool:
    """Whether a module has nothing of its own: imports, and other names for what they bring."""
    body = [statement for statement in ast.parse(source).body if not is_text(statement)]
    return all(
        isinstance(statement, ast.Import | ast.ImportFrom)
        or (
            isinstance(statement, ast.Assign)
            and (
                isinstance(statement.value, ast.Name | ast.Attribute)
                or ast.unparse(statement.targets[0]) == "__all__"
            )
        )
        for statement in body
    )


def modules() -> dict[Path, str]:
    """Every module of the house, by its place in it."""
    folders = [path.parent for path in ROOT.glob("*/__init__.py")]
    return {
        path.relative_to(ROOT): path.read_text()
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }


def package_of(module: Path) -> str:
    """The innermost room that a module is in."""
    return next((str(f) for f in module.parents if str(f) in ROOMS), module.parts[0])


def test_no_package_and_no_module_is_too_large_to_know() -> None:
    sizes = {module: code_lines(source) for module, source in modules().items()}
    packages: Counter[str] = Counter()
    for module, size in sizes.items():
        packages[package_of(module)] += size
    for package, size in sorted(packages.items()):
        largest = max((m for m in sizes if package_of(m) == package), key=lambda m: sizes[m])
        print(f"{package:19}{size:7,} lines of code; the most, {sizes[largest]:3}, in {largest}")
    assert {"payments", "backend", "cli", *ROOMS} <= set(packages)
    bound = {package: size for package, size in packages.items() if package not in NOT_PACKAGES}
    assert {p: size for p, size in bound.items() if size > MOST_IN_A_PACKAGE} == {}
    inside = {module: size for module, size in sizes.items() if package_of(module) != "tests"}
    assert {str(m): size for m, size in inside.items() if size > MOST_IN_A_MODULE} == {}


def test_every_room_is_under_the_contracts_and_the_types() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    rooms = {module.parts[0] for module, source in modules().items() if code_lines(source)}
    assert set(tools["importlinter"]["root_packages"]) == rooms
    assert set(tools["mypy"]["files"]) == rooms


def test_no_module_only_forwards() -> None:
    own = {module: source for module, source in modules().items() if module.name != "__init__.py"}
    assert [str(module) for module, source in own.items() if only_forwards(source)] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("", 0),
        ('"""Doc.\n\nMore.\n"""\n\n# A comment\nx = 1  # and another\n', 1),
        ('def f():\n    """Doc."""\n    return g(\n        1,\n    )\n', 4),
        ('X = """two\nlines"""\n"""What it is."""\n', 2),
    ],
)
def test_code_is_what_is_left(source: str, lines: int) -> None:
    assert code_lines(source) == lines


@pytest.mark.parametrize(
    ("source", "forwards"),
    [
        ('"""Doc."""\nfrom a import b, c\n\n__all__ = ["b", "c"]\n', True),
        ("import a\n\nb = a.b\n", True),
        ("import a\n\nLIMIT = 3\n", False),
        ("from a import b\n\n\ndef c():\n    return b()\n", False),
    ],
)
def test_a_module_that_only_forwards_is_known(source: str, forwards: bool) -> None:  # noqa: FBT001
    assert only_forwards(source) is forwards
