"""The combinations that a publication tries and the table agree: each is decided by the row that decides its facts."""

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policy.change_table import kept, limit_instant, row_for
from policy.combinations import Scale, Situation, space_of
from policy.document import load_policy, resolve
from policy.facts import Attempt, ChangeFacts, Move
from policy.limits import parse_limit
from policy.terms import Action, ActorKind, Side
from tests.policy.cast import DAY, HOUR, START, ZONES, preset, session
from tests.policy.neighbours import toml
from tests.policy.test_publication import ENDS, Row, document

# -- the combinations and the table agree ------------------------------------------------------------------------------------------

TALLY = 'tallies.often = {of = "MEMBER", counts = {OTHER = 1}, window = "ALL"}\n'
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "notice": st.sampled_from(["PT24H", "PT48H", "P1D"]),
        "booked_within": st.sampled_from(["PT1H", "P2D", "P20D"]),
        "moved_inside": st.sampled_from(["PT12H", "PT24H"]),
        "claim": st.sampled_from(["EMERGENCY", "OTHER"]),
        "to": st.sampled_from(["SAME_PERIOD", "P3D", "P7D"]),
        "below": st.sampled_from([{"often": 1}, {"often": 3}]),
        "kinds": st.sampled_from([["mentor"], ["coaching", "mentor"]]),
    },
)


@given(
    conditions=st.lists(CONDITIONS, max_size=4),
    notice=st.integers(1, 80),
    claim=st.none() | st.sampled_from(["EMERGENCY", "OTHER", "THIRD"]),
    to=st.integers(0, 20),
    often=st.integers(0, 4),
    moved=st.none() | st.integers(1, 30),
    kind=st.sampled_from(["mentor", "coaching", "engagement_manager"]),
)
def test_a_combination_is_decided_by_the_row_that_decides_its_facts(
    conditions: list[Row], notice: int, claim: str | None, to: int, often: int, moved: int | None, kind: str
) -> None:
    rows = [
        {"id": f"row{n}", "by": "MEMBER", "action": "MOVE", "then": "DO", "reason": "CLIENT_MOVED", **one}
        for n, one in enumerate([*conditions, {}])
    ]
    policy = load_policy(f'extends = "mastered"\n{TALLY}{toml({"change": {"rules": [*rows, *ENDS[2:]]}})}')
    rules = resolve(policy, kind)
    now = START - notice * HOUR
    attempt = Attempt(action=Action.MOVE, actor=ActorKind.MEMBER, now=now, to=START + to * DAY, claim=claim)
    facts = ChangeFacts(zones=ZONES, tallies={"often": often})
    moves = () if moved is None else (Move(by=Side.MEMBER, at=START - moved * HOUR, starts_at_before=START),)
    of = session(rules.kind, moves=moves)
    space = space_of(
        [row for row in policy.rows if row.by is Side.MEMBER and row.action is Action.MOVE], tuple(policy.kinds)
    )

    def holds(scale: Scale, value: Any) -> bool:
        match scale.name:
            case "limit kept":
                return kept(rules, limit_instant(rules, of, facts, value), now=now)
            case "booked within":
                return now <= of.booked_at + value
            case "moved inside":
                return moved is not None and moved * HOUR < value
            case "moved by":
                return to * DAY <= value
            case _:
                return often < value

    places = {
        scale.name: next((place for place, value in enumerate(scale.values) if holds(scale, value)), len(scale.values))
        for scale in space.scales
    }
    known = claim if claim in space.claims else None
    situation = Situation(
        kind=kind,
        claim=known,
        same_period=START + to * DAY < datetime(2027, 3, 31, 23, tzinfo=START.tzinfo),
        places=places,
    )
    decided = space.decides(situation)
    assert decided is not None
    assert decided.id == row_for(rules, of, attempt, facts, now=now).id


def test_the_space_counts_every_combination_once() -> None:
    policy = preset("mastered")
    moves = [row for row in policy.rows if row.by is Side.MEMBER and row.action is Action.MOVE]
    space = space_of(moves, tuple(policy.kinds))
    assert space.size == len(list(space.situations())) == 4 * 2 * 2
    assert [scale.values for scale in space.scales] == [(parse_limit("PT172800S"),)]


def test_a_combination_is_said_in_words() -> None:
    policy = load_policy(
        document(
            {
                "id": "a",
                "action": "MOVE",
                "reason": "CLIENT_MOVED",
                "to": "SAME_PERIOD",
                "claim": "X",
                "notice": "1d 20:00",
                "booked_within": "PT1H",
            }
        )
    )
    moves = [row for row in policy.rows if row.by is Side.MEMBER and row.action is Action.MOVE]
    space = space_of(moves, ("session",))
    first = Situation(kind="session", claim="X", same_period=True, places={"limit kept": 0, "booked within": 0})
    assert (
        space.words(first)
        == "for session, claiming X, in the same period, limit kept: 20:00 on the day before, booked within: 1 h"
    )
    after = space.with_less_notice(first)
    assert after is not None
    assert after.places == {"limit kept": 1, "booked within": 0}
    assert space.with_less_notice(after) is None
    assert space_of([], ("session",)).with_less_notice(first) is None
