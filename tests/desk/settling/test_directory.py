"""Names at amounts and days: whoever agrees is found, and only those of the days asked for."""

import random

from desk.settling.directory import Directory
from desk.settling.names_agree import NameBook, agree

WORDS = (
    *("asha", "ashar", "rao", "raoji", "lakshmi", "lakshminarayan", "kumar", "kumaraswamy"),
    *("a", "r", "k", "li", "jo", "de", "mr", "李", "müller"),
)


def test_no_name_that_agrees_is_missed() -> None:
    dice, book = random.Random(7), NameBook()
    texts = [" ".join(dice.choices(WORDS, k=dice.randrange(1, 7))) for _ in range(300)]
    names = [book.name(text, is_name=dice.random() < 0.7) for text in texts]
    spots = [dice.randrange(4) for _ in names]
    directory = Directory(range(len(names)), spots, names.__getitem__)
    met = 0
    for name in names:
        found = list(directory.sharing(name, range(1, 3)))
        assert {spots[place] for place in found} <= {1, 2}
        agreeing = {
            place
            for place, other in enumerate(names)
            if spots[place] in (1, 2) and (agree(name, other) or agree(other, name))
        }
        assert agreeing <= set(found)
        met += len(agreeing)
    assert met > len(names)


def test_what_stands_at_a_spot_comes_in_the_order_of_its_places() -> None:
    book = NameBook()
    names = [book.name(text) for text in ("Asha", "Asha Rao", "Asha R", "Rao")]
    directory = Directory({3, 1, 0, 2}, [5, 5, 4, 5], names.__getitem__)
    [key] = names[0].keys
    assert list(directory.at(5)) == [0, 1, 3]
    assert directory.with_key(key, range(5, 6)) == [0, 1]
    assert directory.with_key(key) == [2, 0, 1]
