"""Serves tool calls: who is calling, in which repository, and how an answer or a refusal is returned."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent

from mcp_server.answers.answer import Answer
from mcp_server.answers.bounded import bounded
from mcp_server.answers.not_in_use import NotInUseAnswer
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases.lost import notify_losses
from mcp_server.core.task_list import sync
from mcp_server.core.workflows.carry_on import carry_on
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import InterlockError, Misuse, StateUnavailable
from mcp_server.ports import Books

CALL_ID = "claudecode/toolUseId"
"""Claude Code's key in `_meta` for the tool call's id, which its hooks are given as well."""

BEGUN = (
    "Interlock is in use in this repository from now on: claim_task before you edit, and edit only inside the scope "
    "that it gives you."
)


class ToolRequest(NamedTuple):
    """A tool call being served: in which workplace, for which agent, and the directory of its relative paths."""

    place: Workplace
    agent_id: int
    directory: str


class Connection(NamedTuple):
    """What the server knows of its client without hooks: one agent, and the session that started it."""

    caller: Caller
    session: str | None
    directory: str


class Opener(Protocol):
    """Opens the repository's workplace, and puts it into use if asked."""

    @property
    def in_use(self) -> bool:
        """Whether it is in use now."""

    def __call__(self, begins: bool = False) -> Workplace:
        """The workplace; an empty one that nobody else sees where it is not in use."""


class ToolRunner:
    """Serves tool calls in one repository, for the agents of one connection."""

    def __init__(self, opener: Opener, connection: Connection) -> None:
        self._opener = opener
        self._connection = connection
        self._told: dict[int, str | None] = {}

    async def serve(
        self,
        context: Context[Any],
        act: Callable[[ToolRequest], Awaitable[Answer]],
        *,
        begins: bool | None = None,
        grants: bool = False,
    ) -> CallToolResult:
        """Carry out one call. Where Interlock is not in use, one that `begins` puts the repository into use, and one
        that says that it does not (False) looks at an empty one; all others are answered that it is not in use.
        """
        if begins is None and not self._opener.in_use:
            return _result(NotInUseAnswer(granted=False if grants else None))
        notice = BEGUN if begins and not self._opener.in_use else None
        try:
            place = self._opener(bool(begins))
            request, lost = self._request(place, _call_id(context))
            notice = _noticed(notice, lost, self._beside(request))
            answer = await act(request)
            notice = _noticed(notice, answer.notice, self._beside(request))
        except (InterlockError, ValueError) as error:
            # A loss is reported once, so it has to be part of a refusal as well.
            raise ToolError(_joined(notice, str(error))) from error
        answer = bounded(answer)
        answer.notice = notice
        return _result(answer)

    def _beside(self, request: ToolRequest) -> str | None:
        """What every call does beside its own work, which does not fail because of it: a look at what is known goes on
        where a store that machines share can't be reached.
        """
        with suppress(StateUnavailable):
            return _noticed(self._list_notice(request), carry_on(request.place, sets_going=True))
        return None

    def _list_notice(self, request: ToolRequest) -> str | None:
        """What is wrong with the task list, after it was synchronised; said once."""
        notice = sync.sync_task_list(request.place, request.agent_id).notice
        before, self._told[request.agent_id] = self._told.get(request.agent_id), notice
        return notice if notice != before else None

    def _request(self, place: Workplace, call_id: str | None) -> tuple[ToolRequest, str | None]:
        with place.store.noting() as books:
            agent, directory = self._caller(books, call_id)
            return ToolRequest(place, agent.id, directory), notify_losses(books, agent)

    def _caller(self, books: Books, call_id: str | None) -> tuple[Agent, str]:
        call = books.calls.answer(call_id) if call_id else None
        if call is not None:
            books.agents.seen(call.agent)
            return books.agents.get(call.agent), call.directory
        if call_id and self._connection.session and books.agents.find(self._connection.session):
            raise Misuse(
                "the calling agent is unknown, because Interlock's hook did not run before this call; "
                "nothing was changed. `interlock doctor` says what is wrong"
            )
        return recognise(books, self._connection.caller), self._connection.directory


def _result(answer: Answer) -> CallToolResult:
    text = _joined(answer.notice, answer.line()) + answer.words_about_the_rest()
    return CallToolResult(
        content=[TextContent(type="text", text=text)],
        structured_content=answer.model_dump(mode="json", exclude_none=True),
    )


def _noticed(*notices: str | None) -> str | None:
    return " ".join(notice for notice in notices if notice) or None


def _joined(notice: str | None, line: str) -> str:
    return f"{notice} {line}" if notice else line


def _call_id(context: Context[Any]) -> str | None:
    meta = context.request_context.meta or {}
    found = meta.get(CALL_ID)
    return found if isinstance(found, str) else None
