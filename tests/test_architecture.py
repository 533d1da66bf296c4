"""The page for developers names what exists."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/architecture.md", "CONTRIBUTING.md", "CLAUDE.md", "SECURITY.md")
NAMED = re.compile(r"`((?:mcp_server|hooks|tests|bin|script|skills|docs|benchmarks)/[\w./-]+|\w+\.(?:toml|md|txt))`")
OURS = re.compile(r"(?:TASKS|SHARED_MIND)\.md")
"""Files that Interlock writes into a repository that uses it."""


def test_every_file_that_the_pages_name_exists() -> None:
    named = {(page, name) for page in PAGES for name in NAMED.findall((ROOT / page).read_text(encoding="utf-8"))}
    assert len(named) > 40
    missing = [(page, name) for page, name in sorted(named) if not (ROOT / name).exists() and not OURS.fullmatch(name)]
    assert missing == []


def test_every_room_is_on_the_map() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [folder.name for folder in (ROOT / "mcp_server").iterdir() if (folder / "__init__.py").exists()]
    rooms += [folder.name for folder in (ROOT / "mcp_server/core").iterdir() if (folder / "__init__.py").exists()]
    assert len(rooms) > 20
    assert [room for room in rooms if not re.search(rf"\b{room}\b", page)] == []


def test_every_package_says_in_a_sentence_what_it_answers() -> None:
    packages = [file for top in ("mcp_server", "hooks") for file in (ROOT / top).rglob("__init__.py")]
    assert len(packages) > 30
    silent = [str(file.relative_to(ROOT)) for file in packages if len(file.read_text(encoding="utf-8")) < 30]
    assert silent == []


def test_no_folder_holds_more_than_twenty_modules() -> None:
    folders = {file.parent for top in ("mcp_server", "hooks", "tests") for file in (ROOT / top).rglob("*.py")}
    counts = {str(folder.relative_to(ROOT)): len(list(folder.glob("*.py"))) for folder in folders}
    crowded = {folder: count for folder, count in counts.items() if count - 1 > 20 and "data" not in folder}
    assert crowded == {}
