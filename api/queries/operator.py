"""apiKeys, contracts: what the operator has set up."""

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.types.api_key import KEYS, ApiKey, api_key
from api.types.contract import CONTRACTS, Contract, contract
from models.queries.operator import api_keys_page, contracts_page


def api_keys(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[ApiKey] | None:
    """For staff: all API keys, revoked ones too, in the order in which they were made."""
    operation = info.context
    operation.require_staff()
    part = window(KEYS, first, after, last, before)
    return connection(api_keys_page(operation.unit, part), KEYS, part, api_key)


def contracts(
    info: Info,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[Contract] | None:
    """For staff: all contracts with sponsors, in the order in which they were added."""
    operation = info.context
    operation.require_staff()
    part = window(CONTRACTS, first, after, last, before)
    return connection(contracts_page(operation.unit, part), CONTRACTS, part, contract)
