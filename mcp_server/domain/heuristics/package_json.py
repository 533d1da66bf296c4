"""The scripts of a package.json."""

from __future__ import annotations


def scripts(text: str) -> dict[str, str]:
    """The scripts by name; none if the text can't be read."""
    import json  # only for a project of Node

    try:
        found = json.loads(text).get("scripts", {})
        return {name: value for name, value in found.items() if isinstance(value, str)}
    except (ValueError, AttributeError, RecursionError):
        return {}
