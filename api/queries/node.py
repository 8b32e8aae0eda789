"""node, nodes: objects by their ids."""

from typing import Annotated

import strawberry

from api.connections import LARGEST_PAGE
from api.context import Info
from api.errors import CodedError, ErrorCode
from api.nodes import read_node, read_nodes
from api.types.node import Node

Id = Annotated[strawberry.ID, strawberry.argument(description="The `id` of any object.")]
Ids = Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids, of any types.")]


def node(info: Info, id: Id) -> Node | None:
    """The object of this id; null if there is none that you may see."""
    return read_node(info.context, id)


def nodes(info: Info, ids: Ids) -> list[Node | None]:
    """The objects of these ids, in the same order; null in the place of each that there is not, or that you may not see."""
    if len(ids) > LARGEST_PAGE:
        raise CodedError(ErrorCode.INVALID_INPUT, f"At most {LARGEST_PAGE} ids.", argument="ids")
    return read_nodes(info.context, ids)
