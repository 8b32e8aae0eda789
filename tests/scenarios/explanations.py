"""What people read about entries of the ledgers: why each of them stands there, and what it undoes."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage

Json = dict[str, Any]
WHY = "cause rule policyVersion actor { kind name } decision { row parameter policyVersion }"
CREDITS = f"""
query Credits($id: ID!) {{ node(id: $id) {{ ... on Session {{ ledgerEntries(first: 50) {{ nodes {{
  id kind {WHY} reverses {{ id kind cause }} reversedBy {{ id kind cause }} }} }} }} }} }}
"""
MONEY = f"""
query Money($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on MoneyEntry {{
  id kind {WHY} reverses {{ id kind cause }} reversedBy {{ id kind cause }} }} }} }}
"""
STATEMENT = """
query Statement($person: ID, $side: Side!, $during: DateTimeRange) {
  statement(person: $person, side: $side, during: $during) {
    person { name } side opening { minorUnits currency } closing { minorUnits currency } settled { minorUnits currency }
    totals { kind amount { minorUnits } } entries(first: 50) { nodes { kind cause amount { minorUnits } } }
    settlements(first: 50) { nodes { provider reference amount { minorUnits } settledAt } } } }
"""


def credits_of(stage: "Stage", who: str, session: str) -> list[Json]:
    """The credit ledger of a session, explained."""
    return stage.ask(who, CREDITS, id=session)["node"]["ledgerEntries"]["nodes"]


def money_of(stage: "Stage", who: str) -> list[Json]:
    """The whole money ledger, explained, as far as somebody reads it."""
    from tests.scenarios.records import read_records

    rows = read_records(stage.theatre.owner, stage.organisation_id).of("money_entry")
    ids = [stage.theatre.global_id("MoneyEntry", key) for key in sorted(row["id"] for row in rows)]
    return [one for one in stage.ask(who, MONEY, ids=ids)["nodes"] if one is not None]


def statement(stage: "Stage", who: str, side: str, *, person: str | None = None, **during: str) -> Json | None:
    """The statement of somebody, as somebody reads it; `during`: `from` and `to`."""
    asked = {
        "side": side,
        "person": None if person is None else stage.gid(person),
        "during": {name.rstrip("_"): at for name, at in during.items()} or None,
    }
    return stage.ask(who, STATEMENT, **asked)["statement"]


def told(entries: list[Json]) -> list[tuple[str, str, str | None, str]]:
    """Of each entry its kind, cause, rule, and who did it."""
    return [(one["kind"], one["cause"], one["rule"], one["actor"]["name"] or one["actor"]["kind"]) for one in entries]


def links(entries: list[Json]) -> dict[str, list[str]]:
    """For each kind of entry that undoes something: what it undoes."""
    return {one["kind"]: [other["kind"] for other in one["reverses"]] for one in entries if one["reverses"]}
