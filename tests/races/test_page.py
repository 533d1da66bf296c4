"""Agents, a person in an editor and a reader at one page: nothing is lost, and the page is never torn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mcp_server.core.shared_state import sync, write
from mcp_server.domain.messages import PERSON
from mcp_server.state_page import merge
from mcp_server.state_page.wording import blank_page
from tests.races.page_racer import state_page
from tests.races.start import ROOT, Racer
from tests.workspace import Workspace

AGENTS = 4
ENTRIES = 50
EDITS = 300


class PageRacer(Racer):
    """One process at the page."""

    def __init__(self, part: str, file: Path, root: Path, name: str, times: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.races.page_racer", part, str(file), str(root), name, str(times)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def begin(racers: list[PageRacer]) -> None:
    for racer in racers:
        racer.until_ready()
    for racer in racers:
        racer.go()


def test_agents_a_person_and_a_reader_at_one_page_lose_nothing(workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    (root / "SHARED_MIND.md").write_text(blank_page())
    assert merge.MOST["learning"] + merge.SLACK < AGENTS * ENTRIES, "some of it goes to the archive"
    agents = [PageRacer("agent", workspace.file, root, f"agent{number}", ENTRIES) for number in range(AGENTS)]
    person = PageRacer("person", workspace.file, root, "pat", EDITS)
    reader = PageRacer("reader", workspace.file, root, "eve", 0)
    try:
        begin([*agents, person, reader])
        learned = [words for racer in agents for words in racer.result()]
        known = person.result()
        (root / "over").touch()
        assert reader.result() > 0
    finally:
        for racer in (*agents, person, reader):
            if racer.process.poll() is None:
                racer.kill()
    place = workspace.place._replace(page=state_page(workspace.file, root))
    assert sync.sync_page(place) is None
    texts = "".join(file.read_text() for file in root.glob("SHARED_MIND*.md"))
    assert [words for words in (*learned, *known) if words not in texts] == []
    said = [entry.text for entry in write.read_state(place) if entry.author != PERSON]
    assert sorted(words for words in said if "learned" in words) == sorted(learned)
    assert len([words for words in said if " is at " in words]) == AGENTS
    assert len(list(root.glob("SHARED_MIND.*-*.md"))) >= 1


def test_jobs_that_run_at_once_take_each_hand_over_in_once(workspace: Workspace, tmp_path: Path) -> None:
    workspace.agent("ada")
    folder = tmp_path / "coordination" / "for_ada"
    folder.mkdir(parents=True)
    for number in range(40):
        (folder / f"{number:02d}.md").write_text(f"TASK: number {number}\n")
    jobs = [PageRacer("job", workspace.file, tmp_path, f"cron{number}", 5) for number in range(4)]
    begin(jobs)
    taken = [file for job in jobs for file in job.result()]
    assert sorted(taken) == [f"for_ada/{number:02d}.md" for number in range(40)]
    inbox = workspace.inbox(workspace.agent("ada"))
    assert sorted(message.subject for message in inbox) == sorted(f"number {number}" for number in range(40))
    assert {message.times for message in inbox} == {1}
    assert len(list((tmp_path / "coordination" / "in_progress").iterdir())) == 40
