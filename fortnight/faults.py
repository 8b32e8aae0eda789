"""What stops a start, said to a person in one line."""


class Unfit(Exception):
    """Something outside the program has to be put right first; the message says what, in one line without a traceback."""
