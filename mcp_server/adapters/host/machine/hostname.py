"""What people call this machine: one short word that is easy to type."""

from __future__ import annotations

import os
from collections.abc import Mapping
from unicodedata import normalize

VARIABLE = "INTERLOCK_HOST"
LONGEST = 24
NAMELESS = "host"


def hostname(environment: Mapping[str, str], nodename: str | None = None) -> str:
    """The first part of this machine's name in small letters, or what `INTERLOCK_HOST` says instead."""
    said = environment.get(VARIABLE, "").strip()
    return word_of(said or (nodename if nodename is not None else os.uname().nodename).partition(".")[0]) or NAMELESS


def word_of(text: str) -> str:
    """Letters, digits and hyphens of a text; empty where none are left."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    kept = "".join(character if character.isalnum() else "-" for character in plain)
    return "-".join(part for part in kept.split("-") if part)[:LONGEST].rstrip("-")
