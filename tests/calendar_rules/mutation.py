"""A pytest plugin: the module of one rule is imported with its mutant in place; no file is touched.

`MUTANT_OF_RULE=12 python -m pytest -p tests.calendar_rules.mutation …`
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.calendar_rules.rules import ALL, Rule


class Mutated(SourceFileLoader):
    """Loads a module whose source differs in one place."""

    def __init__(self, rule: Rule, path: str) -> None:
        super().__init__(rule.module, path)
        self._rule = rule

    def get_code(self, fullname: str) -> CodeType:
        """The mutant's code; never from a cache."""
        source = Path(self.path).read_text(encoding="utf-8")
        if source.count(self._rule.old) != 1:
            raise LookupError(f"the place of rule {self._rule.name} is not there once")
        return compile(source.replace(self._rule.old, self._rule.new), self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the module of the rule, and no other."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The mutant's spec."""
        if fullname != self._rule.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin is None:
            raise LookupError(fullname)
        spec.loader = Mutated(self._rule, spec.origin)
        return spec


name = os.environ.get("MUTANT_OF_RULE")
if name is not None:
    rule = next(one for one in ALL if one.name == name)
    if rule.module in sys.modules:
        raise LookupError(f"{rule.module} was imported before its mutant")
    sys.meta_path.insert(0, Finder(rule))
