"""The published rules of five platforms, as data; each row cites its rule."""
