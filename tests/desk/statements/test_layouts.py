"""How a bank's tables are read is kept, and stops holding when the bank changes them."""

import io
import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.statements.line import Kind, Unreadable
from desk.statements.reading import Statement, Told, read_statement
from desk.statements.tables.columns import parse_map
from desk.statements.tables.layouts import (
    Layout,
    NoLayout,
    parse_layout_name,
    parse_layouts,
    with_layout,
)

HEADS = ("Dag", "Wat", "Wie", "Bedrag")  # of which two are known to nobody
KEPT = """\
# ours
[veld]
heads = ["Dag", "Wat", "Wie", "Bedrag"]
map = "date=1 text=2 name=3 amount=4 order=dmy decimal=comma currency=EUR"
account = "NL91ABNA0417164300"

# with no heads
[counter]
map = "date=1 text=2 amount=3 order=mdy decimal=point currency=INR unsigned=in"
"""
ROW = "03-04-2026;Lunch;Asha;3,00\n04-04-2026;Tea;Ben;-2,00\n"


def read(text: str, layouts: str = KEPT, name: str = "") -> Statement:
    kept = parse_layouts(layouts)
    told = Told(layouts=tuple(kept.values()), layout=kept.get(name))
    return read_statement(io.BytesIO(text.encode()), "march.csv", told)


def test_heads_that_were_kept_need_nothing_said() -> None:
    [line] = read(f"Rekening: NL91ABNA0417164300;;;\n{';'.join(HEADS)}\n{ROW}").lines[:1]
    assert (line.booked_on, line.money.amount, line.name) == (date(2026, 4, 3), "3.00", "Asha")
    with pytest.raises(Unreadable, match=r"march\.csv:1: no row of heads is known"):
        read(f"{';'.join(HEADS)}\n{ROW}", "")


def test_a_table_without_heads_is_read_by_the_layouts_name() -> None:
    [line] = read("03/04/2026,Lunch,110.70\n", name="counter").lines
    assert (line.kind, line.booked_on, line.money.amount) == (
        Kind.CREDIT,
        date(2026, 3, 4),
        "110.70",
    )


@pytest.mark.parametrize(
    ("heads", "told"),
    [
        ("Dag;Wat;Wie;Bedrag;Saldo", "new “Saldo”"),
        ("Dag;Wat;Naam;Bedrag", "new “Naam”, gone “Wie”"),
        ("Dag;Wie;Wat;Bedrag", "they stand in another order"),
        ("NL91ABNA0417164300;;;\nDag;Omschrijving;Naam;Bedrag", "new “Omschrijving”, “Naam”, gone"),
    ],
)
def test_where_the_bank_changed_its_columns_nothing_is_read(heads: str, told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(f"{heads}\n{ROW}")
    said = str(refused.value)
    assert said.startswith(f"march.csv:{heads.count(chr(10)) + 1}: these are not the columns kept")
    assert f"“veld” (statements.toml:2): {told}" in said
    assert "keep them anew with --keep veld" in said


def test_another_banks_columns_are_looked_at_afresh() -> None:
    [_, line] = read(
        "Date;Description;Amount\n2026-03-30;x;-1.50 EUR\n2026-03-31;y;2.50 EUR\n"
    ).lines
    assert line.money.amount == "2.50"


def test_of_two_with_the_same_heads_the_account_tells() -> None:
    other = KEPT.replace("[veld]", "[other]").replace("order=dmy", "order=mdy").split("\n# with")[0]
    both = KEPT + other.replace("NL91ABNA0417164300", "NL02ABNA0123456789")
    first, second = (
        read(f"{account};;;\n{';'.join(HEADS)}\n{ROW}", both).lines[0]
        for account in ("NL91ABNA0417164300", "NL02ABNA0123456789")
    )
    assert (first.booked_on, second.booked_on) == (date(2026, 4, 3), date(2026, 3, 4))


def test_the_file_keeps_what_somebody_wrote_into_it() -> None:
    layout = Layout("veld", parse_map("date=2 amount=1"), ("Bedrag", "Dag"))
    changed = with_layout(KEPT, layout)
    assert changed == (
        '# ours\n[veld]\nheads = ["Bedrag", "Dag"]\nmap = "date=2 amount=1"\n\n# with no heads\n'
        + KEPT.partition("# with no heads\n")[2]
    )
    assert with_layout("", layout).startswith("[veld]\n")
    assert list(parse_layouts(with_layout(KEPT, Layout("new", layout.columns)))) == [
        "veld",
        "counter",
        "new",
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=4))
def test_whatever_the_heads_they_are_kept(heads: list[str]) -> None:
    layout = Layout(
        "a-b", parse_map("date=1 amount=2 delimiter=semicolon"), tuple(heads), "1", "gbk"
    )
    text = with_layout(KEPT, layout)
    kept = parse_layouts(text)["a-b"]
    assert (kept.heads, kept.columns, kept.account, kept.encoding) == (
        tuple(heads),
        layout.columns,
        "1",
        "gbk",
    )
    assert set(tomllib.loads(with_layout(text, layout))) == {"veld", "counter", "a-b"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nmap = 1\n", "statements.toml:1: [a]: map are texts"),
        ("\n[a]\nheads = []\n", "statements.toml:2: [a] takes account, encoding, heads, map; map"),
        ("[a]\nmap = 'dat=1'\n", "statements.toml:1: [a]: “dat=1” is not understood"),
        ("[a]\nmap = 'date=1'\nheads = 'x'\n", "statements.toml:1: [a]: heads are a list of texts"),
        ("a = 1\n", "statements.toml:1: [a] takes"),
        ("[a\n", "statements.toml: "),
    ],
)
def test_what_is_wrong_with_it_is_one_sentence(text: str, said: str) -> None:
    with pytest.raises(NoLayout) as refused:
        parse_layouts(text)
    assert str(refused.value).startswith(said)
    with pytest.raises(NoLayout, match="“a b” is no name for it"):
        parse_layout_name("a b")
