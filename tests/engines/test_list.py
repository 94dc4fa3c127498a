"""The list of ten thousand payees, in every engine: who the money is for is found as one types."""

from collections.abc import Callable, Iterator

import pytest

from roster.model import RosterEntry
from sitegen.app import create_site
from testkit.phone import Phone, Screen
from testkit.rosters import make_entry, make_roster
from testkit.serving import served
from testkit.weak_network import Way, weak_network

pytestmark = pytest.mark.browser

NewPhone = Callable[[Screen], Phone]
SOME = ("Asha Rao", "Ravi", "Meena", "Usha", "Neha", "Kiran", "Suresh", "Priya")
GOODS = ("Fish", "Tea", "Flowers", "Fruit & juice")
RARE = (
    make_entry("jose", name="Jos\u00e9 \u00d1and\u00fa", description="Stall B-7"),
    make_entry("nagaveni", name="ನಾಗವೇಣಿ", description="ಹೂವು"),
    make_entry("leela", name="लीला\u200d फूल", description="फूल, दुकान 9"),
    make_entry("yusuf", name="يُوسُف", description="خُبز"),
    make_entry("apple", name="\U0001f34e\U0001f34f Apple Corner", description="Fruit"),
    make_entry("seven", name="7 Hills Tea", description="Stall 4242"),
    make_entry("grapes", name="\U0001f347\U0001f347", description="Grapes"),
)

PASTE = """(text) => {  // WebKit's driver has no key for what is no letter
  const search = document.querySelector("#search");
  search.value = text;
  search.dispatchEvent(new Event("input", {bubbles: true}));
}"""


def crowd_of(number: int) -> Iterator[RosterEntry]:
    for one in range(number):
        name = f"{SOME[one % len(SOME)]} {one}"
        yield make_entry(
            f"p{one}", name=name, description=f"{GOODS[one % 4]}, stall {one + 50_000}"
        )
    yield from RARE


@pytest.fixture(scope="module")
def crowd() -> Iterator[str]:
    roster = make_roster(*crowd_of(10_000), languages=("en", "ar"))
    with served(create_site(lambda: roster)) as url:
        yield url


def look_for(phone: Phone, text: str, name: str) -> None:
    phone.fill("#search", text)
    phone.wait_until(
        """(name) => [...document.querySelectorAll("#payees b")]
          .some((one) => one.innerText === name)""",
        name,
    )


def test_whoever_it_is_is_found_in_any_script(crowd: str, phone: Phone) -> None:
    phone.goto(crowd)
    assert not phone.sees("#payees li")  # no names before somebody types
    phone.wait_for("#search")
    for text, name in [
        ("JOSE NANDU", "Jos\u00e9 \u00d1and\u00fa"),
        ("b-7", "Jos\u00e9 \u00d1and\u00fa"),
        ("ನಾಗವೇಣಿ", "ನಾಗವೇಣಿ"),
        ("ಹೂವು", "ನಾಗವೇಣಿ"),
        ("लीला फूल", "लीला\u200d फूल"),
        ("يوسف", "يُوسُف"),
        ("apple", "\U0001f34e\U0001f34f Apple Corner"),
        ("7 hills", "7 Hills Tea"),
        ("stall 4242", "7 Hills Tea"),
    ]:
        look_for(phone, text, name)
    phone.wait_for("#found", "2 of 10,007.")
    phone.evaluate(PASTE, "\U0001f347")
    phone.wait_for("#payees b", "\U0001f347\U0001f347")
    phone.fill("#search", "ravi")
    phone.wait_for("#show-all", "Show all 1,250")
    phone.fill("#search", "zzzzzzzz")
    phone.wait_for("#found", "Nobody has a name like this.")
    look_for(phone, "hills", "7 Hills Tea")
    phone.tap("#payees a")
    phone.wait_for("h1", "7 Hills Tea")


def test_a_narrow_page_from_right_to_left_leads_by_letters(crowd: str, new_phone: NewPhone) -> None:
    phone = new_phone(Screen(320, 640, language="ar", dark=True, text_percent=200))
    phone.goto(crowd)
    phone.wait_until("() => document.documentElement.dir === 'rtl'")
    width = "() => document.documentElement.scrollWidth <= innerWidth"
    assert phone.evaluate(width)
    look_for(phone, "يوسف", "يُوسُف")
    assert phone.evaluate(width)
    phone.goto(f"{crowd}list/-64a-/")
    phone.wait_for("#payees b", "يُوسُف")
    assert phone.evaluate(width)
    phone.tap("#payees a")
    phone.wait_for("h1", "يُوسُف")


def test_names_that_do_not_come_are_told_and_come_later(crowd: str, phone: Phone) -> None:
    with weak_network(crowd) as network:
        phone.goto(network.url)
        phone.wait_for("#search")
        network.way = Way.OFF
        phone.fill("#search", "jose")
        phone.wait_for("#found", "No connection, so some names are missing.")
        network.way = Way.OPEN
        look_for(phone, "jose n", "Jos\u00e9 \u00d1and\u00fa")
        phone.wait_until(
            "() => document.querySelector('#found').innerText.startsWith('1 of 10,007.')"
        )
