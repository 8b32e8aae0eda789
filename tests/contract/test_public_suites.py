"""What others say of a GraphQL server: graphql-http's audits of the transport, graphql-eslint's rules for the schema."""

import json
import re
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type

from api.schema import printed, schema
from tests.api.conftest import FrontEnd
from tests.contract.node import HERE, LOCK, needs_node, run
from tests.support.server import serving

AUDITS = 61
MISNAMED = """
"Pages of things."
type Query {
  "A page."
  GetThings(first: String): ThingConnection
}
type ThingConnection { edges: [Thing!]! pageInfo: PageInfo! }
type Thing { id: ID! }
type PageInfo { hasNextPage: Boolean! }
"""


@needs_node
@pytest.mark.timeout(400)
def test_the_endpoint_passes_every_audit_of_graphql_over_http(front_end: FrontEnd) -> None:
    token = front_end.headers("Maya")["authorization"].removeprefix("Bearer ")
    with serving(front_end.client.app) as url:
        audits = run("audits.mjs", f"{url}/graphql", token)
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == AUDITS


@needs_node
@pytest.mark.timeout(400)
def test_the_relay_and_naming_rules_find_nothing_in_the_contract(tmp_path: Path) -> None:
    assert _findings(tmp_path, printed()) == []


def test_every_edge_leads_to_a_node_but_those_of_what_is_read_in_its_place_only() -> None:
    """Openings are worked out anew each time; sponsors see dates and charges without the session behind them (MODEL 10).

    What people write is read in its thread only, where the reading is recorded; a recorded payment in its statement only,
    what a trial of a policy tells in the trial only, work that was set aside in its list until it is done, and how calendars stand in theirs.
    """
    types = schema().core.type_map
    node, edges = types["Node"], [types[name] for name in types if name.endswith("Edge")]
    assert isinstance(node, GraphQLInterfaceType)
    ends = {get_named_type(edge.fields["node"].type) for edge in edges if isinstance(edge, GraphQLObjectType)}
    assert {end.name for end in ends if end not in schema().core.get_possible_types(node)} == {
        "ConnectedCalendar",
        "DueWork",
        "Message",
        "Opening",
        "Settlement",
        "SponsorCharge",
        "SponsoredDate",
        "TrialPerson",
        "TrialSession",
    }


@needs_node
@pytest.mark.timeout(400)
def test_the_rules_find_what_is_misnamed(tmp_path: Path) -> None:
    found = {finding["ruleId"].partition("/")[2] for finding in _findings(tmp_path, MISNAMED)}
    assert found >= {
        "naming-convention",
        "relay-arguments",
        "relay-edge-types",
        "relay-page-info",
        "require-description",
    }


def _findings(folder: Path, schema: str) -> list[dict[str, str]]:
    path = folder / "schema.graphql"
    path.write_text(schema, encoding="utf-8")
    return run("lint.mjs", str(path))


def test_the_tools_are_pinned_by_hash_and_no_address_is_named() -> None:
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    assert packages[""]["dependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name
