"""A person's service file: what a name in it stands for, so that it is known beforehand whether that is far away."""

from __future__ import annotations

import os
from collections.abc import Mapping


def described(service: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a service; nothing where the file is not known here, or has none of that name."""
    file = environment.get("PGSERVICEFILE") or os.path.expanduser("~/.pg_service.conf")
    found: dict[str, str] = {}
    section = None
    try:
        with open(file, encoding="utf-8") as lines:
            for line in map(str.strip, lines):
                if line.startswith("[") and line.endswith("]"):
                    if section == service:
                        break  # the first of the name counts
                    section = line[1:-1]
                elif section == service and not line.startswith("#"):
                    name, sign, value = line.partition("=")
                    if sign:
                        found.setdefault(name.strip(), value.strip())
    except (OSError, UnicodeDecodeError):
        return {}
    return found
