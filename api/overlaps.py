"""How much work it is to merge a selection: validation compares every two fields of one name that stand in one place."""

from collections.abc import Iterator, Mapping, Sequence

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

Fragments = Mapping[str, FragmentDefinitionNode]


def overlaps(merged: Sequence[SelectionSetNode], fragments: Fragments) -> int:
    """The squares of how often each name stands in one place, and of how many fragments do, over all places.

    Every fragment is written out: no fragment may spread itself, and the fields that this comes to have to be few.
    """
    places: dict[str, list[SelectionSetNode]] = {}
    counts: dict[str, int] = {}
    spread: list[str] = []
    for node in _written_out(merged, fragments, spread):
        name = (node.alias or node.name).value
        counts[name] = counts.get(name, 0) + 1
        if node.selection_set is not None:
            places.setdefault(name, []).append(node.selection_set)
    here = sum(count * count for count in counts.values()) + len(spread) ** 2
    return here + sum(overlaps(inner, fragments) for inner in places.values())


def _written_out(
    selections: Sequence[SelectionSetNode], fragments: Fragments, spread: list[str]
) -> Iterator[FieldNode]:
    """The fields of these selections with those of their fragments; `spread` gets the name of each fragment on the way."""
    for selected in selections:
        for node in selected.selections:
            match node:
                case FieldNode():
                    yield node
                case InlineFragmentNode():
                    yield from _written_out([node.selection_set], fragments, spread)
                case FragmentSpreadNode():
                    spread.append(node.name.value)
                    found = fragments.get(node.name.value)
                    if found is not None:
                        yield from _written_out([found.selection_set], fragments, spread)
                case _:
                    continue
