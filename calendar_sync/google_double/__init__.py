"""A loopback server that speaks Google Calendar v3 and Google's OAuth, for tests and the demo.

It answers the unmodified google-api-python-client, holds every request against the discovery document that the client
carries, keeps what it was told, and fails on demand. It is not Google, and its pages say so.
"""

from calendar_sync.google_double.browser import consent
from calendar_sync.google_double.faults import Fault, FaultKind
from calendar_sync.google_double.handle import Handle, RemoteDouble
from calendar_sync.google_double.server import DEMO_CLIENTS, GoogleDouble

__all__ = ["DEMO_CLIENTS", "Fault", "FaultKind", "GoogleDouble", "Handle", "RemoteDouble", "consent"]
