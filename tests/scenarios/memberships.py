"""How scenarios of memberships are started and asked about: Mento, Leo in Berlin with Dan in New York."""

from typing import Any

from tests.scenarios import documents
from tests.scenarios.stage import Stage

Json = dict[str, Any]
MONTHLY = {"tier": "MONTHLY", "basePrice": {"minorUnits": 24000, "currency": "EUR"}, "cadence": "FORTNIGHTLY"}
ANNUAL = {**MONTHLY, "tier": "ANNUAL", "basePrice": {"minorUnits": 240000, "currency": "EUR"}}

MEMBERSHIP = """
query Membership { viewer { membership { id version status tier cadence nextCadence nextCadenceOn paidUntil endsOn endedAt channel
  price { minorUnits } arrears { minorUnits } coaches { name } } } }
"""
EFFECT = "effect { effectiveAt sessionCount revokedUnits charge { minorUnits } price { minorUnits } summary digest }"
REFUSED = f"... on Refusal {{ __typename code message }} ... on MembershipEffectNotAcknowledged {{ {EFFECT} }}"
CANCEL = f"""
mutation Cancel($input: CancelMembershipInput!) {{ cancelMembership(input: $input) {{
  ... on CancelMembershipSuccess {{ membership {{ status endsOn }} }} {REFUSED} }} }}
"""
KEEP = f"""
mutation Keep($input: KeepMembershipInput!) {{ keepMembership(input: $input) {{
  ... on KeepMembershipSuccess {{ membership {{ status endsOn }} }} {REFUSED} }} }}
"""
CHECKS = f"""
query Checks($id: ID!, $source: String) {{ node(id: $id) {{ ... on Membership {{
  canCancel(source: $source) {{ allowed code {EFFECT} }} canKeep(source: $source) {{ allowed code {EFFECT} }} }} }} }}
"""


def mento(open_stage: Any, *, at: str = "2027-03-01T09:00:00Z", plan: Json | None = MONTHLY, **more: Any) -> Stage:
    """Leo's membership with Dan, enrolled now with this plan."""
    stage = open_stage("mento", at=at)
    stage.coach("Dan", kinds=["one_on_one", "chemistry", "one_off"])
    stage.person("Leo", "MEMBER")
    enrolled(stage, "Leo", "Dan", plan=plan, **more)
    stage.deliver()
    return stage


def enrolled(stage: Stage, member: str, *coaches: str, plan: Json | None, **more: Any) -> None:
    answer = stage.tell(
        "Sam",
        documents.ENROL,
        member=stage.gid(member),
        coaches=[stage.gid(coach) for coach in coaches],
        plan=plan,
        idempotencyKey=stage.key(),
        **more,
    )
    assert "membership" in answer, answer


def membership(stage: Stage, who: str = "Leo") -> Json:
    """The membership as its member sees it."""
    return stage.ask(who, MEMBERSHIP)["viewer"]["membership"]


def changed(stage: Stage, who: str, document: str, twin: str, **more: Any) -> Json:
    """The verb is done with the acknowledgement of what its twin showed."""
    own = membership(stage)
    shown = stage.ask(who, CHECKS, id=own["id"], **more)["node"][twin]
    digest = None if shown["effect"] is None else shown["effect"]["digest"]
    fields = {"membership": own["id"], "ifVersion": own["version"], "acknowledge": digest, **more}
    return stage.tell(who, document, **fields, idempotencyKey=stage.key())


REQUEST = "request { id version kind status price { minorUnits } session { id } answer }"
MAKE = f"""
mutation Make($input: MakeRequestInput!) {{ makeRequest(input: $input) {{
  ... on MakeRequestSuccess {{ {REQUEST} }} ... on Refusal {{ code message }} }} }}
"""
ANSWER = f"""
mutation Answer($input: AnswerRequestInput!) {{ answerRequest(input: $input) {{
  ... on AnswerRequestSuccess {{ {REQUEST} }} ... on Refusal {{ code message }} }} }}
"""
ACCEPT = f"""
mutation Accept($input: AcceptRequestInput!) {{ acceptRequest(input: $input) {{
  ... on AcceptRequestSuccess {{ {REQUEST} }} ... on Refusal {{ code message }} }} }}
"""
PAY = f"""
mutation Pay($input: RecordRequestPaymentInput!) {{ recordRequestPayment(input: $input) {{
  ... on RecordRequestPaymentSuccess {{ {REQUEST} }} ... on Refusal {{ code message }} }} }}
"""
CADENCE = f"""
mutation Cadence($input: ChangeCadenceInput!) {{ changeCadence(input: $input) {{
  ... on ChangeCadenceSuccess {{ membership {{ cadence nextCadence nextCadenceOn }} }} {REFUSED} }} }}
"""
CAN_ACCEPT = f"query Can($id: ID!) {{ node(id: $id) {{ ... on MembershipRequest {{ canAccept {{ allowed code {EFFECT} }} }} }} }}"
CAN_CHANGE = f"""
query Can($id: ID!, $cadence: Cadence!) {{ node(id: $id) {{ ... on Membership {{
  canChangeCadence(cadence: $cadence) {{ allowed code {EFFECT} }} }} }} }}
"""


def asked(stage: Stage, who: str, member: str = "Leo", **wanted: Any) -> Json:
    """The request that somebody makes."""
    answer = stage.tell(who, MAKE, member=stage.gid(member), wanted=wanted, text="Please.", idempotencyKey=stage.key())
    return answer.get("request", answer)


def on(stage: Stage, who: str, document: str, request: Json, **more: Any) -> Json:
    """A verb about a request that was just read."""
    fields = {"request": request["id"], "ifVersion": request["version"], **more}
    answer = stage.tell(who, document, **fields, idempotencyKey=stage.key())
    return answer.get("request", answer)


def accepted(stage: Stage, request: Json, who: str = "Leo") -> Json:
    """The member accepts with the digest of what the twin showed."""
    shown = stage.ask(who, CAN_ACCEPT, id=request["id"])["node"]["canAccept"]
    digest = None if shown["effect"] is None else shown["effect"]["digest"]
    return on(stage, who, ACCEPT, request, acknowledge=digest)


def another_rhythm(stage: Stage, cadence: str, who: str = "Leo") -> Json:
    """The rhythm is changed with the acknowledgement of its price."""
    own = membership(stage)
    shown = stage.ask(who, CAN_CHANGE, id=own["id"], cadence=cadence)["node"]["canChangeCadence"]
    digest = None if shown["effect"] is None else shown["effect"]["digest"]
    fields = {"membership": own["id"], "ifVersion": own["version"], "cadence": cadence, "acknowledge": digest}
    return stage.tell(who, CADENCE, **fields, idempotencyKey=stage.key())


def sponsored(
    stage: Stage, *, sponsor: str | None = None, approves: bool = False, document: str = "", name: str = "Frame"
) -> str:
    """A contract of a sponsor, under which memberships can stand."""
    make = """mutation Add($input: AddContractInput!) { addContract(input: $input) {
        ... on AddContractSuccess { contract { id } } ... on Refusal { code message } } }"""
    more = {} if sponsor is None else {"sponsorPerson": stage.gid(sponsor), "sponsorApproves": approves}
    given = {"name": name, "sponsor": "The Works", "document": document, **more}
    return stage.tell("Sam", make, **given, idempotencyKey=stage.key())["contract"]["id"]
