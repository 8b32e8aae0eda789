"""A policy is published only when the checks of MODEL 3.6 let it, and what is odd is acknowledged by name (D-63)."""

from commands.publish_policy import PublishPolicy, publish_policy
from policy.terms import RefusalCode
from tests.commands.operator.house import House, refusal
from tests.support.platform import done

ODD = """
extends = "mastered"
[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "PT48H", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
"""
FINDING = "less-notice-costs-less:cancel-late"


def test_a_table_with_a_hole_is_not_published(house: House) -> None:
    with house.watch() as seen:
        outcome = publish_policy(
            house.database, house.request(), PublishPolicy(document='extends = "mastered"\n[change]\nrules = []\n')
        )
        found = refusal(outcome, RefusalCode.INVALID_INPUT)
        assert found.path == ("document", "change", "rules")
        assert "ERROR no-row:CANCEL by MEMBER" in found.message
    seen.assert_nothing_happened()


def test_what_is_odd_is_published_when_it_is_acknowledged_by_name(house: House) -> None:
    with house.watch() as seen:
        for acknowledged in ((), ("less-notice-costs-less:cancel",)):
            command = PublishPolicy(document=ODD, acknowledged=acknowledged)
            found = refusal(publish_policy(house.database, house.request(), command), RefusalCode.INVALID_INPUT)
            assert found.path == ("document", "change", "rules", "cancel-late")
            assert f"FINDING {FINDING}" in found.message
    seen.assert_nothing_happened()
    done(publish_policy(house.database, house.request(), PublishPolicy(document=ODD, acknowledged=(FINDING,))))
