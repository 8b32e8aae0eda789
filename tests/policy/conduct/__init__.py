"""What each preset does, a module for each; `tests.policy.behaviours` names them all."""
