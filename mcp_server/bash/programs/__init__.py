"""What programs write: `tables` for most of them, a module for each family that needs code, and the index of both."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeVar

    Entry = TypeVar("Entry")


def named_by(table: "Mapping[str, Entry]", names: "Iterable[str]") -> "Entry | None":
    """The first entry with one of `names` in its key, or None. The empty key is the empty name."""
    wanted = set(names)
    return next((entry for key, entry in table.items() if wanted.intersection(key.split() or [""])), None)
