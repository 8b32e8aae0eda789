"""Message codes become text, HTML, links and mail; facts come in, nothing is decided here (MODEL 9)."""
