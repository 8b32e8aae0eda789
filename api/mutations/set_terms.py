"""setTerms: when the terms of the organisation begin."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import bounded
from api.mutations.frame import KEY_WORDS, carry
from api.types.availability import Term, terms
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.set_terms import NamedTerm, SetTerms
from commands.set_terms import set_terms as set_
from commands.transaction import Request

MOST_TERMS = 200


@given
class TermInput:
    """A term: it lasts until the next one begins."""

    starts_on: dt.date = strawberry.field(description="Its first day, in the organisation's zone.")
    name: str = strawberry.field(description="1 to 200 characters.")


@given
class SetTermsInput:
    """All terms, past ones too: what is not named is none."""

    terms: list[TermInput] = strawberry.field(description="At most 200, each with a first day of its own.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SetTermsSuccess:
    """The terms are exactly these."""

    terms: list[Term] = strawberry.field(description="All of them, in order.")


SetTermsResult = Annotated[
    SetTermsSuccess | PlainRefusal,
    strawberry.union("SetTermsResult", description="The terms, or why nothing was changed."),
]


def set_terms(info: Info, input: SetTermsInput) -> SetTermsResult | None:
    """For staff: date the terms that counts of a policy ask for (`TERM`). Stops that have begun keep the end that they have."""
    operation = info.context

    def run(request: Request) -> Outcome:
        given = bounded(input.terms, MOST_TERMS, "terms")
        command = SetTerms(terms=tuple(NamedTerm(starts_on=one.starts_on, name=one.name) for one in given))
        return set_(operation.services.database, request, command)

    def success(_done: Done) -> SetTermsSuccess:
        return SetTermsSuccess(terms=terms(operation))

    return carry(operation, input.idempotency_key, run, success)
