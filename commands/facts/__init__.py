"""Rows become policy facts, for one object or a page of them."""
