"""What the tests stand on: a real PostgreSQL, sealed sockets, people and their bookings by plain commands."""
