"""Objects that can be found again by their id (Relay)."""

import strawberry

from api.describe import interface


@interface
class Node:
    """Something that can be read again by its id: `node(id:)`."""

    id: strawberry.ID = strawberry.field(
        description="Opaque and stable. It is no secret: what you may see is checked whenever it is used."
    )
