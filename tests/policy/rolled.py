"""What a policy lets roll into a further period, and until when packs can be used, as one line of text (D-62)."""

from dataclasses import replace
from datetime import UTC

from policy.document import load_overlay, resolve
from policy.resolved import ResolvedPolicy
from policy.rollover import (
    Pack,
    extended_until,
    extension_fee,
    objection_to_extending,
    pack_ends_at,
    rolling,
)
from policy.terms import LotSource
from tests.policy.cast import LONDON, START
from tests.policy.scenes import Rules

FIVE = "[entitlement]\nrollover_max = 5\n"
OPEN = '[entitlement]\nextension_by = "P1M"\n'
CAME = {0: 2, 1: 2, 2: 2, 3: 2}


def rolled(rules: Rules) -> str:
    """Of eight units, two of which have rolled so often each: by the policy itself, and where five may; a pack; its extensions."""
    own, five, extended = (_under(rules, text) for text in ("", FIVE, OPEN))
    ends = pack_ends_at(own, LONDON, now=START)
    pack = Pack(source=LotSource.PACK, closes_at=START, extended=0)
    often = next(n for n in range(9) if _refused(extended, replace(pack, extended=n)))
    until = extended_until(extended, LONDON, START).astimezone(UTC)
    return "; ".join(
        [
            f"rolls {_rolls(own)}, of five {_rolls(five)}",
            "packs without end" if ends is None else f"packs until {ends:%Y-%m-%d}",
            "not extended" if _refused(own, pack) else "extended",
            f"else {often} times until {until:%Y-%m-%dT%HZ} for {extension_fee(extended)}",
        ]
    )


def _rolls(policy: ResolvedPolicy) -> str:
    return " ".join(f"{one.units}x{one.times}" for one in rolling(policy, CAME, available=8)) or "nothing"


def _refused(policy: ResolvedPolicy, pack: Pack) -> bool:
    early = START.replace(year=START.year - 1)
    return objection_to_extending(policy, pack, now=early) is not None


def _under(rules: Rules, contract: str) -> ResolvedPolicy:
    kind = rules.of(None).kind.code
    return resolve(rules.policy, kind, contract=load_overlay(contract, rules.policy))
