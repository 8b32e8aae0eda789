"""viewer, organisation: who asks, and where they belong."""

from api.context import Info
from api.types.organisation import Organisation
from api.types.organisation import organisation as organisation_of
from api.types.viewer import Viewer
from api.types.viewer import viewer as viewer_of


def viewer(info: Info) -> Viewer | None:
    """The person who is signed in, with everything of their own; null for nobody, and for an API key."""
    return viewer_of(info.context) if info.context.is_person else None


def organisation(info: Info) -> Organisation | None:
    """Your organisation; null if nobody is signed in."""
    return None if info.context.caller is None else organisation_of(info.context)
