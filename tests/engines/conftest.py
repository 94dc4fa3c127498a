"""The same phone in three engines, and a network that fails when told to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Playwright

from testkit.demo_process import Demo
from testkit.engines import ENGINES, Engines, Phone, Screen
from testkit.weak_network import WeakNetwork, weak_network


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
