"""Effects become rows: one file per family of effects, flushed in one fixed order."""
