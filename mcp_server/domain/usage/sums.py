"""Sums of what was spent, what they cost about, and why they may not be exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

By = Literal["agent", "task", "model", "day"]


class Usage(NamedTuple):
    """Tokens by what the client paid for them, and the responses that they were spent on."""

    responses: int = 0
    input: int = 0
    output: int = 0
    cache_written: int = 0
    cache_read: int = 0

    @property
    def total(self) -> int:
        """What counts against a budget: all but what was read from the cache.

        Every step reads the whole context anew, so that would be a count of steps rather than of work.
        """
        return self.input + self.output + self.cache_written

    def plus(self, other: Usage) -> Usage:
        """Both together."""
        return Usage(*(one + another for one, another in zip(self, other, strict=True)))


NOTHING = Usage()


class Part(NamedTuple):
    """What one agent spent with one model on one day; `task` is "" where it worked on none."""

    agent: str
    task: str
    model: str
    day: str
    usage: Usage


class Price(NamedTuple):
    """What a million tokens cost, in the currency of whoever wrote the settings."""

    input: float = 0.0
    output: float = 0.0
    cache_written: float = 0.0
    cache_read: float = 0.0


Prices = Mapping[str, Price]
"""By the beginning of a model's name; the longest that fits counts."""


class Doubt(NamedTuple):
    """Why the sums of an agent may not be exact: what is not known of one of its transcripts.

    `left` bytes have not been read yet; it was `rewritten` that many times; `unreadable` lines were not understood;
    the requests for `compacted` summaries are in no transcript; it is `gone`.
    """

    agent: str
    left: int = 0
    rewritten: int = 0
    unreadable: int = 0
    compacted: int = 0
    gone: bool = False


def price_of(model: str, prices: Prices) -> Price | None:
    """What this model costs, or None."""
    fitting = [prefix for prefix in prices if model.startswith(prefix)]
    return prices[max(fitting, key=len)] if fitting else None


def cost(parts: Iterable[Part], prices: Prices) -> float | None:
    """About what these cost; None where there is a model without a price, or nothing at all."""
    money, found = 0.0, False
    for part in parts:
        price = price_of(part.model, prices)
        if price is None:
            return None
        found = True
        money += sum(tokens * each for tokens, each in zip(part.usage[1:], price, strict=True)) / 1e6
    return money if found else None


def whole(parts: Iterable[Part]) -> Usage:
    """All of these together."""
    found = NOTHING
    for part in parts:
        found = found.plus(part.usage)
    return found


def grouped(parts: Iterable[Part], by: By) -> dict[str, list[Part]]:
    """The parts by what they have in common, in the order in which they come."""
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(getattr(part, by), []).append(part)
    return found
