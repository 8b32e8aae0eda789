"""The contract: printed as it stands in the repository, described, named alike, and every node can be found again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    build_schema,
)

from api.nodes import READERS
from api.schema import printed, schema
from commands.messages import SENTENCES

ROOT = Path(__file__).parents[2]
CORE = schema().core
OWN = [kind for name, kind in CORE.type_map.items() if not name.startswith("__")]
BUILT_IN = {"ID", "String", "Int", "Float", "Boolean"}
SELF_EXPLANATORY = {"name", "code", "kind", "version", "status", "startsAt", "endsAt", "units"}
"""Names of which a description could only repeat what they say."""


def fielded() -> Iterator[GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType]:
    return (k for k in OWN if isinstance(k, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType))


def test_the_contract_in_the_repository_is_the_one_that_is_served() -> None:
    assert (ROOT / "schema.graphql").read_text() == printed()


def test_other_tools_can_read_the_contract() -> None:
    assert set(build_schema(printed()).type_map) == set(CORE.type_map)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.name)
def test_every_type_is_described(kind: GraphQLNamedType) -> None:
    assert kind.name in BUILT_IN or kind.description


def test_every_verb_question_and_argument_is_described() -> None:
    silent: list[str] = []
    for root in ("Query", "Mutation"):
        for name, field in CORE.type_map[root].fields.items():  # pyright: ignore[reportAttributeAccessIssue]
            silent += [] if field.description else [f"{root}.{name}"]
    for kind in fielded():
        if not isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                silent += [
                    f"{kind.name}.{name}({argument})"
                    for argument, given in field.args.items()
                    if not given.description and argument not in ("input", "filter", "status")
                ]
    assert silent == []


def test_no_description_only_repeats_a_name() -> None:
    def plain(text: str) -> str:
        return re.sub(r"[^a-z]", "", re.sub(r"^(the|its|a|an) ", "", text.lower()))

    repeated = [
        f"{kind.name}.{name}"
        for kind in fielded()
        for name, field in kind.fields.items()
        if field.description and plain(field.description) == name.lower()
    ]
    assert repeated == []


def test_a_field_that_needs_words_has_them() -> None:
    """Names that leave nothing to say are listed here. What a success carries is described by the type that it has."""
    silent = {
        f"{kind.name}.{name}"
        for kind in fielded()
        for name, field in kind.fields.items()
        if not field.description and name not in SELF_EXPLANATORY and not kind.name.endswith("Success")
    }
    assert silent - UNDESCRIBED == set()
    assert UNDESCRIBED - silent == set(), "words were added: take these off the list"


def test_refusal_codes_carry_their_sentences() -> None:
    codes = CORE.type_map["RefusalCode"]
    assert isinstance(codes, GraphQLEnumType)
    assert {name: value.description for name, value in codes.values.items()} == {
        code.name: sentence for code, sentence in SENTENCES.items()
    }


def test_every_scalar_of_ours_that_has_a_specification_names_it() -> None:
    without = {
        kind.name
        for kind in OWN
        if isinstance(kind, GraphQLScalarType) and kind.name not in BUILT_IN and not kind.specified_by_url
    }
    assert without == {"LocalTime"}


def test_every_mutation_takes_one_input_and_answers_a_nullable_union_of_success_and_refusals() -> None:
    mutation = CORE.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        verb = name[0].upper() + name[1:]
        assert list(field.args) == ["input"]
        assert str(field.args["input"].type).endswith("Input!")
        assert str(field.type) == f"{verb}Result"
        assert isinstance(field.type, GraphQLUnionType)
        members = {member.name for member in field.type.types}
        assert f"{verb}Success" in members
        refusals = {member.name for member in CORE.get_possible_types(CORE.type_map["Refusal"])}  # pyright: ignore[reportArgumentType]
        assert members - {f"{verb}Success"} <= refusals
        assert {"InvalidInput", "RequestRefused"} <= members


WITHOUT_KEY = {
    "AdvanceTestClockInput": "a clock goes to an instant, however often it is said",
    "IssueTokenInput": "a second token harms nobody, and each one is logged",
    "ImportPeopleInput": "the file itself is the key",
    "ImportBookingsInput": "the file and the line are the key",
}


def test_every_mutation_that_can_be_repeated_takes_a_key() -> None:
    for kind in fielded():
        if (
            isinstance(kind, GraphQLInputObjectType)
            and kind.name.endswith("Input")
            and f"{kind.name[:-5]}Result" in CORE.type_map
        ):
            assert ("idempotencyKey" in kind.fields) != (kind.name in WITHOUT_KEY)


def test_every_node_can_be_found_again_by_its_id() -> None:
    node = CORE.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {kind.name for kind in CORE.get_possible_types(node)} == set(READERS)


def test_lists_that_grow_are_connections() -> None:
    for kind in OWN:
        if kind.name.endswith("Connection"):
            assert isinstance(kind, GraphQLObjectType)
            assert set(kind.fields) == {"nodes", "edges", "pageInfo"}
    for owner in fielded():
        for name, field in owner.fields.items():
            if str(field.type).rstrip("!").endswith("Connection"):
                assert set(field.args) >= {"first", "after", "last", "before"}, f"{owner.name}.{name}"  # pyright: ignore[reportAttributeAccessIssue]


UNDESCRIBED = {
    "ChangeRow.action",
    "Entitlement.source",
    "HistoryEntry.actor",
    "LedgerEntry.actor",
    "Membership.enrolledAt",
    "Membership.member",
    "Money.minorUnits",
    "MoneyEntry.amount",
    "MoneyInput.minorUnits",
    "Notification.createdAt",
    "Notification.recipient",
    "PolicyParameter.source",
    "PolicyVersion.publishedAt",
    "Session.coach",
    "Session.member",
    "TimeOff.coach",
}
