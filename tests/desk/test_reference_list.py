"""References handed over many at a time, as people and programs write them."""

import pytest

from desk.reference_list import read_reference_list
from desk.spreadsheet import BOM, NotRows


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("", []),
        ("\n \n", []),
        ("1KJ\n2KJ", ["1KJ", "2KJ"]),
        ("1KJ  # Ben\n2KJ", ["1KJ", "2KJ"]),
        ("# of March\r\n1KJ MAE\r\n\r\n  2KJ\r\n#3KJ", ["1KJ MAE", "2KJ"]),
        (f"{BOM}1KJ\n", ["1KJ"]),
        (f'{BOM}payer_id,reference\r\n\'=1,1KJ\r\n"a\nb",2KJ\r\n', ["1KJ", "2KJ"]),
        ("reference\n1KJ\n", ["1KJ"]),
        ('{"reference": "1KJ", "x": 1}\n\n{"reference": "2KJ"}\n', ["1KJ", "2KJ"]),
        ('[\n{"reference": "1KJ"},\n{"reference": "2KJ"}\n]\n', ["1KJ", "2KJ"]),
        ("[]", []),
    ],
)
def test_a_list_is_read_in_whichever_form(text: str, references: list[str]) -> None:
    assert read_reference_list(text) == references


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,reference\n1\n", "2: 1 cells, not 2"),
        ('{"reference": 1}', "1: each JSON object must have a “reference”"),
        ('{"payee_id": "x"}', "1: each JSON object must have a “reference”"),
        ("payee_id,currency\nx,INR\n", "1: none of its columns is called “reference”"),
        ("[1]", "1: each JSON object must have a “reference”"),
        ("[\n{]", "2: Expecting property name"),
    ],
)
def test_what_is_no_list_is_told(text: str, said: str) -> None:
    with pytest.raises(NotRows, match=f"^{said}"):
        read_reference_list(text)
