"""Calendars as projections of the record: feeds, and the Google calendars of coaches."""
