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


def ended(linked: Hooks, path: str, **fields: str) -> str:
    said = linked.step(path, **fields)
    assert (said.code, said.stderr) == (0, "")
    return said.told


def test_the_agent_and_the_holder_are_told(linked: Hooks, work: Work, repo: Path) -> None:
    link = repo / "src/auth/link.py"
    assert linked.edit(link).output == ""
    link.unlink()
    link.symlink_to("../billing/x.py")
    link.write_text("after\n")

    assert "src/billing/x.py is held by bob" in ended(linked, str(link))

    with work.store.reading() as books:
        agent = books.agents.find("s2")
        assert agent is not None
        [message] = books.inbox.unseen(agent.id, 10)
    assert message.subject == "ada changed your src/billing/x.py with a command"


def test_a_link_to_an_own_file_and_a_path_without_links_are_no_news(linked: Hooks, repo: Path) -> None:
    assert linked.edits(repo / "src/auth/link.py").told == ""
    assert linked.edits("src/auth/own.py").told == ""


def test_a_call_that_did_nothing_through_an_exchanged_link_is_no_news(linked: Hooks, repo: Path) -> None:
    link = repo / "src/auth/link.py"
    assert linked.edit(link).output == ""
    link.unlink()
    link.symlink_to("../billing/x.py")
    link.write_text("by its holder\n")

    assert ended(linked, str(link), response="<tool_use_error>no such text</tool_use_error>") == ""


def test_what_an_interrupted_step_did_through_a_link_is_told_at_the_next_prompt(linked: Hooks, repo: Path) -> None:
    link = repo / "src/auth/link.py"
    assert linked.edit(link).output == ""
    link.unlink()
    link.symlink_to("../billing/x.py")
    link.write_text("after\n")

    assert "src/billing/x.py is held by bob" in linked.send("UserPromptSubmit", prompt="stop").told
