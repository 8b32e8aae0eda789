"""The composition root: what is started, found again, told in one line, and left behind by nobody."""
