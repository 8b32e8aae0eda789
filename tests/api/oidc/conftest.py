"""An issuer on the loopback, and what it takes to believe it."""

from collections.abc import Iterator

import pytest

from api.oidc.fetch import Publications
from api.oidc.keys import Keys
from api.oidc.tokens import Oidc
from tests.support.oidc_issuer import AUDIENCE, OidcIssuer


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    with OidcIssuer() as issuer:
        yield issuer


@pytest.fixture
def keys(issuer: OidcIssuer) -> Keys:
    return Keys(published=Publications(issuer=issuer.url, seconds=1.0).key_set)


@pytest.fixture
def oidc(issuer: OidcIssuer, keys: Keys) -> Oidc:
    return Oidc(issuer=issuer.url, audience=AUDIENCE, keys=keys)
