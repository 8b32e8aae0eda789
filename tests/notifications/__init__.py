"""The messages: what they say, where their links lead, and how they are sent."""
