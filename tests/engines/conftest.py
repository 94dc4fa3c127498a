"""The same phone in three engines, and a network that fails when told to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Playwright

from testkit.demo_process import Demo, running_demo
from testkit.engines import ENGINES, Engines
from testkit.phone import Phone, Screen
from testkit.weak_network import WeakNetwork, weak_network

ROSTER = """site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
  languages: [en, ar]
payees:
"""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that has a phone has it in each engine, or in those of --engine."""
    if "engine" in metafunc.fixturenames:
        names = metafunc.config.getoption("--engine") or list(ENGINES)
        metafunc.parametrize("engine", names, scope="session")


@pytest.fixture(scope="session")
def engines(playwright: Playwright) -> Iterator[Engines]:
    engines = Engines(playwright)
    yield engines
    engines.close()


@pytest.fixture
def new_phone(engines: Engines, engine: str) -> Iterator[Callable[[Screen], Phone]]:
    """A phone with nothing stored. A page's error fails the test."""
    if not ENGINES[engine].exists():
        pytest.skip(f"{engine} is not installed: run make test, which brings it or says how")
    with ExitStack() as stack:
        phones = []

        def start(screen: Screen) -> Phone:
            phones.append(stack.enter_context(engines.phone(engine, screen)))
            return phones[-1]

        yield start
        assert [phone.errors for phone in phones] == [[] for _ in phones]


@pytest.fixture
def phone(new_phone: Callable[[Screen], Phone]) -> Phone:
    return new_phone(Screen())


@pytest.fixture
def network(demo: Demo) -> Iterator[WeakNetwork]:
    """The demo, as phones reach it in this test."""
    with weak_network(demo.url) as network:
        yield network


@pytest.fixture(scope="session")
def market(_aws_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """For each engine a stall whose totals nobody else adds to, and one with names that do harm."""
    folder = tmp_path_factory.mktemp("market")
    roster = folder / "payees.yaml"
    stalls = (
        f"  - {{id: {one}, name: Stall in {one}}}\n  - {{id: {one}-names, name: Names in {one}}}\n"
        for one in ENGINES
    )
    roster.write_text(ROSTER + "".join(stalls))
    with running_demo(folder / "demo", "--roster", str(roster)) as demo:
        yield demo
