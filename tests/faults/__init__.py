"""Everything that can go wrong at once, on the real processes: kills, refusals, silence, answers that are lost."""
