"""Whatever a scenario does: a rule, a cause and a version of the policy stand behind every entry of credits and of money (Inv. 9)."""

from policy.decisions import decision_from_json
from policy.grounds import ground_of_credits, ground_of_money
from tests.scenarios.records import Records

GROUNDS = {"ledger_entry": ground_of_credits, "money_entry": ground_of_money}


def assert_explained(records: Records) -> None:
    """Every entry's event says by what it was decided, and when that held is known."""
    events = {row["id"]: row for row in records.of("event")}
    for table, ground in GROUNDS.items():
        for entry in records.of(table):
            event = events[entry["event_id"]]
            decided = None if event["decision"] is None else decision_from_json(event["decision"])
            assert ground(event["name"], decided), f"nothing stands behind {entry['kind']} of {event['name']}"
            assert event["policy_version_id"] is not None, event["name"]
            assert event["actor_kind"] == "SYSTEM" or event["actor_id"] or event["api_key_id"], event["name"]
