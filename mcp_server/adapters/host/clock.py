"""The time."""

from __future__ import annotations

from time import time

system_clock = time
"""Seconds since 1970, as this machine has them."""
