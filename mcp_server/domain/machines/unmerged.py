"""Work that is on one machine and that the others can't have yet: not merged, or not pushed."""

from __future__ import annotations

from typing import NamedTuple


class UnmergedWork(NamedTuple):
    """The work on a task, on this `host`: on which branch, and into which base it is to be merged.

    `merged` is the commit of the base with all of it, which is not pushed yet; None: it is not merged.
    """

    task: str
    host: str
    branch: str
    base: str
    merged: str | None = None

    def words(self, host: str | None) -> str:
        """Why others can't begin with it yet, and what to do, as it is said on this host."""
        where, there = ("", "") if self.host == host else (f" on {self.host}", " there")
        if self.merged is None:
            return f"{self.task} is done{where} but not merged yet: interlock merge {self.task} --push{there}"
        way = "git push" if self.branch == self.base else f"interlock merge {self.branch} --push"
        return f"{self.task} is done{where} but not pushed to {self.base} yet: {way}{there}"
