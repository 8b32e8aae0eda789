"""How somebody gets from the API to Google's consent page: an address of ours that their browser opens once.

The mutation answers it to a front end; the page behind it (`/google/start`) leaves the handshake's cookie in the browser.
"""

from datetime import UTC, datetime, timedelta

from api.auth import Bearer
from api.services import Services
from notifications.capability import NotOurs, seal, unseal
from policy.calendars import CalendarPlace

PURPOSE = "google/start"
LASTS = timedelta(minutes=10)


def start_url(services: Services, who: Bearer, place: CalendarPlace = CalendarPlace.OWN) -> str:
    """The address at which this person's browser begins the consent; good for ten minutes of real time."""
    expires_at = int((services.real_now() + LASTS).timestamp())
    ticket = seal(services.keyring, PURPOSE, f"{who.organisation_id}.{who.person_id}.{expires_at}.{place}")
    return f"{services.base_url}/google/start?ticket={ticket}"


def read_ticket(services: Services, ticket: str) -> tuple[Bearer, CalendarPlace]:
    """Whose consent begins, for which of their calendars. Raises NotOurs for a ticket that is altered or too old."""
    organisation, person, expires_at, place = unseal(services.keyring, PURPOSE, ticket).split(".")
    if datetime.fromtimestamp(int(expires_at), UTC) <= services.real_now():
        raise NotOurs
    return Bearer(organisation_id=int(organisation), person_id=int(person)), CalendarPlace(place)
