"""The composition root: which parts run, with which settings. It may import every room; nobody imports it."""
