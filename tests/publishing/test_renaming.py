"""A payee with another id: what receives still stays open, and no account seems new."""

from dataclasses import replace

from payments.payee import PayeeId, PayeeStatus
from publishing.manifest import load_manifest
from roster.model import parse_roster
from testkit.rosters import make_roster
from tests.publishing.worlds import World, prepare, publish

TEXT = """\
site:
  title: Town Market
  url: https://pay.example.org/
  currency: INR
  limits: {min: "1", max: "10000"}
payees:
  - {id: stall-5, name: Mahantesh, pay_by: [{upi: mahantesh@examplebank}]}
"""
OLD = parse_roster(TEXT)
NEW = parse_roster(TEXT.replace("id: stall-5", "id: mahantesh, formerly: [stall-5]"))
CLOSED = parse_roster(
    TEXT.replace("id: stall-5", "id: mahantesh, formerly: [stall-5], status: closed")
)


def test_the_old_id_stays_open_and_its_page_changes_when_the_new_one_is_there() -> None:
    world = World()
    publish(world, OLD)
    plan = prepare(world, NEW).plan(verify=False)
    assert plan.accounts == ()
    assert plan.removed == (0, 1)
    assert [(step.action, step.name) for step in plan.phases[0]] == [
        ("register", "mahantesh"),
        ("register", "stall-5"),
    ]
    assert [step.name for step in plan.phases[1]] == ["mahantesh/index.html"]
    assert "stall-5/index.html" in [step.name for step in plan.phases[2]]
    publish(world, NEW)
    for payee_id in ("stall-5", "mahantesh"):
        payee = world.registry.find_fresh(PayeeId(payee_id))
        assert payee
        assert payee.is_open
        assert payee.all_ids == ("mahantesh", "stall-5")
    published, _ = load_manifest(world.store)
    assert published
    assert published.formerly == {"stall-5": "mahantesh"}
    assert publish(world, NEW) == []
    assert publish(world, NEW, verify=True) == []
    assert prepare(world, NEW).plan(verify=True).accounts == ()


def test_closing_closes_both_and_removing_too() -> None:
    world = World()
    publish(world, NEW)
    publish(world, CLOSED)
    old = world.registry.find_fresh(PayeeId("stall-5"))
    assert old
    assert old.status is PayeeStatus.CLOSED
    publish(world, NEW)
    publish(world, replace(make_roster("a"), site=OLD.site))
    for payee_id in ("stall-5", "mahantesh"):
        payee = world.registry.find_fresh(PayeeId(payee_id))
        assert payee
        assert not payee.is_open
