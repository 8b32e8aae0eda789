"""The fields of Query, one question per file."""

import strawberry

from api.connections import Connection
from api.describe import output
from api.queries.can_book import can_book
from api.queries.node import node, nodes
from api.queries.openings import openings
from api.queries.own import organisation, viewer
from api.queries.policies import policies, policy
from api.queries.sessions import sessions
from api.types.action_check import ActionCheck
from api.types.node import Node
from api.types.openings import Opening
from api.types.organisation import Organisation
from api.types.policy import PolicyVersion
from api.types.session import Session
from api.types.viewer import Viewer


@output
class Query:
    """What can be asked. Everything is answered as of one instant, after every deadline that has passed by then."""

    node: Node | None = strawberry.field(resolver=node)
    nodes: list[Node | None] = strawberry.field(resolver=nodes)
    viewer: Viewer | None = strawberry.field(resolver=viewer)
    organisation: Organisation | None = strawberry.field(resolver=organisation)
    policies: Connection[PolicyVersion] | None = strawberry.field(resolver=policies)
    policy: PolicyVersion | None = strawberry.field(resolver=policy)
    sessions: Connection[Session] | None = strawberry.field(resolver=sessions)
    can_book: ActionCheck | None = strawberry.field(resolver=can_book)
    openings: Connection[Opening] | None = strawberry.field(resolver=openings)


__all__ = ["Query"]
