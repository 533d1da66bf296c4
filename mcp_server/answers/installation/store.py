"""Where the state of a repository is, and what became of moving it."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.domain.presence import duration


class HostPart(Part):
    """A checkout that mirrors the database."""

    name: str
    person: str
    seen_at: Time
    version: str


class StoreAnswer(Answer):
    """Where the state is: in a file of this machine, or in a database, of which this checkout has a mirror.

    `waiting` rows were changed here and are not in the database yet; `ping_ms` is how long it takes to answer.
    """

    file: str
    address: str | None = None
    repository: str | None = None
    server: str | None = None
    host: str | None = None
    as_of: Time | None = None
    age_seconds: float | None = None
    waiting: int | None = None
    ping_ms: float | None = None
    hosts: list[HostPart] | None = None
    trouble: str | None = None

    def line(self) -> str:
        """What a person reads."""
        if self.address is None:
            return (
                f"The state of this repository is on this machine alone, in {self.file}.\n"
                'To share it with other machines: write `[store] url = "postgresql://HOST/DATABASE"` into '
                ".claude/interlock.toml, then `interlock store move`."
            )
        server = f" ({self.server}, answers in {self.ping_ms} ms)" if self.server else ""
        lines = [f"database    {self.address}{server}"]
        if self.trouble is not None:
            lines.append(f"trouble     {self.trouble}")
        if self.repository is not None:
            lines.append(f"repository  {self.repository}")
        if self.host is None:
            lines.append("mirror      none yet: `interlock store move` makes it, and brings the tasks of this machine")
        else:
            age = "never compared" if self.age_seconds is None else f"compared {duration(self.age_seconds)} ago"
            waiting = f", {self.waiting} change{'' if self.waiting == 1 else 's'} not sent yet" if self.waiting else ""
            lines.append(f"mirror      {self.host}: {self.file}, {age}{waiting}")
        lines += [f"host        {one.name} ({one.person}), last there {one.seen_at}" for one in self.hosts or []]
        return "\n".join(lines)


class MovedAnswer(Answer):
    """The state was moved: `into` is `database` or `file`, with so many rows; `kept` is the backup of what stayed."""

    into: str
    rows: int
    kept: str | None = None

    def line(self) -> str:
        """What a person reads."""
        if self.into == "file":
            return (
                f"{self.rows} rows are in this machine's file alone now; the other machines are told at their next "
                "step. Take `[store]` out of .claude/interlock.toml."
            )
        kept = f" What was here is kept in {self.kept}." if self.kept else ""
        return f"This checkout mirrors the database now: {self.rows} rows.{kept} `interlock store status` shows more."


class SetupAnswer(Answer):
    """The SQL that prepares a database, and lets a person in; whether it `ran`."""

    sql: str
    ran: bool
    person: str | None = None
    may: str | None = None

    def line(self) -> str:
        """What a person reads when it ran."""
        if self.person is None:
            return "The database is prepared for a team. `interlock store setup --person NAME` lets a person in."
        if self.may == "nothing":
            return f"{self.person} may do nothing with this repository any more."
        what = {
            "agent": "work in this repository",
            "reader": "look at this repository",
            "owner": "own repositories here",
        }
        return (
            f"{self.person} may {what[self.may or 'agent']}. Without a password yet: {self.person}, or you, set one in "
            "psql with `\\password`. On their machine PGUSER, or the url, has the name."
        )
