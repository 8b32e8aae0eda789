"""Google Calendar: the coach's connection, and one event per session that follows the record."""
