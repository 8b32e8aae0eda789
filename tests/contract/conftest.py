"""The front end of the API's tests, for the suites that speak to it from outside."""

from tests.api.conftest import front_end, open_front_end

__all__ = ["front_end", "open_front_end"]
