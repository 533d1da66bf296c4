"""An edit through a link that was exchanged after the decision is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


@pytest.fixture
def linked(hooks: Hooks, work: Work, repo: Path) -> Hooks:
    """A link in the own scope that leads to an own file."""
    (repo / "src/billing").mkdir()
    for name in ("auth/own.py", "billing/x.py"):
        (repo / "src" / name).write_text("before\n")
    (repo / "src/auth/link.py").symlink_to("own.py")
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    work.claim(work.agent("s2", "bob"), "src/billing/**")
    return hooks


def edited(linked: Hooks, path: str) -> str:
    said = linked.send("PostToolUse", tool_name="Edit", tool_input={"file_path": path}, tool_use_id="t1")
    assert (said.code, said.stderr) == (0, "")
    return said.told


def test_the_agent_and_the_holder_are_told(linked: Hooks, work: Work, repo: Path) -> None:
    link = repo / "src/auth/link.py"
    assert linked.edit(link).output == ""
    link.unlink()
    link.symlink_to("../billing/x.py")
    link.write_text("after\n")

    assert "src/billing/x.py is held by bob" in edited(linked, str(link))

    with work.store.reading() as books:
        agent = books.agents.find("s2")
        assert agent is not None
        [message] = books.inbox.unseen(agent.id, 10)
    assert message.subject == "ada changed your src/billing/x.py with a command"


def test_a_link_to_an_own_file_and_a_path_without_links_are_no_news(linked: Hooks, repo: Path) -> None:
    assert edited(linked, str(repo / "src/auth/link.py")) == ""
    assert edited(linked, "src/auth/own.py") == ""
    assert edited(linked, "src/billing/x.py") == "", "it was judged before"
