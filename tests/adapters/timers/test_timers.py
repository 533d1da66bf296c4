"""What starts a command regularly: lines that cron and systemd really understand, and nothing of anybody else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.timers.cron import Cron
from mcp_server.adapters.timers.programs import secrets_of, variables_of
from mcp_server.adapters.timers.systemd import Systemd
from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.schedule import every

NASTY = 'it\'s a 100% "odd" $HOME folder & more'
FAKE_CRONTAB = """#!/bin/sh
# Keeps a crontab in a file, and says what cron says when there is none.
case $1 in
    -l) [ -f "$TAB" ] || { echo "no crontab for you" >&2; exit 1; }; cat "$TAB" ;;
    -) cat >"$TAB" ;;
esac
"""


class Place:
    """A repository in a folder with a name that needs quoting, and a crontab of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / NASTY
        self.root.mkdir()
        self.tab = folder / "tab"
        programs = folder / "programs"
        programs.mkdir()
        (programs / "crontab").write_text(FAKE_CRONTAB)
        (programs / "crontab").chmod(0o755)
        self.program = self.root / "say"
        self.program.write_text('#!/bin/sh\nprintf "%s|%s|%s" "$(pwd)" "$*" "$PLACE" >"$HOME/said"\n')
        self.program.chmod(0o755)
        self.environment = {"PATH": f"{programs}:{os.defpath}", "HOME": str(folder), "TAB": str(self.tab)}
        self.variables = {"PATH": os.defpath, "PLACE": NASTY}

    def cron(self, root: str = "") -> Cron:
        return Cron(root or str(self.root), str(self.root / "a log"), self.environment, self.variables)

    def systemd(self) -> Systemd:
        return Systemd(str(self.root), self.environment, self.variables)

    @property
    def command(self) -> list[str]:
        return [str(self.program), "watch", "--once", "50%"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def as_cron_runs_it(line: str) -> str:
    """The command of a line: without the five fields, cut at a bare %, the backslash before others taken away."""
    command = line.split(None, 5)[5]
    text = ""
    for before, character in zip(" " + command, command, strict=False):
        if character == "%" and before != "\\":
            break
        text = text[:-1] + "%" if character == "%" else text + character
    return text


def test_the_very_line_runs_in_crons_bare_environment_in_a_folder_with_any_name(place: Place) -> None:
    [line] = place.cron().lines(every("5m"), place.command)
    assert line.text.startswith("*/5 * * * * ")

    done = subprocess.run(
        ["/bin/sh", "-c", as_cron_runs_it(line.text)],
        env={"HOME": place.environment["HOME"], "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    said = Path(place.environment["HOME"], "said").read_text()
    assert said == f"{place.root}|watch --once 50%|{NASTY}"
    assert (place.root / "a log").exists()


def test_only_its_own_line_is_replaced_and_taken_away(place: Place) -> None:
    others = "MAILTO=me\n*/5 * * * * mine\n# interlock watch is not this\n"
    place.tab.write_text(others)
    other = place.cron("/another")
    other.write(every("1h"), ["/x"])
    place.cron().write(every("5m"), place.command)
    place.cron().write(every("15m"), place.command)

    lines = place.tab.read_text().splitlines()
    assert lines[:3] == others.splitlines()
    assert [line.split()[0] for line in lines[3:]] == ["0", "*/15"]
    assert place.cron().remove() is not None
    assert place.cron().remove() is None
    assert other.remove() is not None
    assert place.tab.read_text() == others


def test_without_a_crontab_one_is_begun(place: Place) -> None:
    place.cron().write(every("5m"), place.command)
    assert len(place.tab.read_text().splitlines()) == 1


def test_what_cron_cannot_run_is_refused(place: Place) -> None:
    with pytest.raises(Misuse, match="line break"):
        place.cron("/a\nb").lines(every("5m"), ["/x"])
    with pytest.raises(Misuse, match="more than 990 characters"):
        place.cron().lines(every("5m"), ["/x" * 500])
    place.environment["PATH"] = "/nowhere"
    with pytest.raises(OSError, match="there is no `crontab` here"):
        place.cron().write(every("5m"), place.command)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_units_and_reads_the_words_that_were_meant(place: Place) -> None:
    service, timer = place.systemd().lines(every("5m"), place.command)
    for line in (service, timer):
        Path(line.place).parent.mkdir(parents=True, exist_ok=True)
        Path(line.place).write_text(line.text)

    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", service.place, timer.place],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": place.environment["HOME"], "HOME": place.environment["HOME"]},
    )

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert "OnUnitActiveSec=5min" in timer.text
    assert "KillMode=process" in service.text


def test_the_units_of_a_repository_are_written_and_removed(place: Place) -> None:
    said = place.systemd().write(every("5m"), place.command)
    folder = Path(place.environment["HOME"], ".config/systemd/user")
    assert sorted(file.suffix for file in folder.iterdir()) == [".service", ".timer"]
    assert "systemctl --user" in said
    assert place.systemd().remove() is not None
    assert list(folder.iterdir()) == []
    assert place.systemd().remove() is None


def test_the_environment_finds_the_programs_and_holds_no_secret(tmp_path: Path) -> None:
    (tmp_path / "claude").write_text("#!/bin/sh\n")
    (tmp_path / "claude").chmod(0o755)
    given = {"PATH": f"{tmp_path}:/bin", "ANTHROPIC_API_KEY": "secret", "CLAUDE_CONFIG_DIR": "/c"}
    found = variables_of(given)
    assert found["PATH"].split(":")[0] == str(tmp_path)
    assert "secret" not in str(found)
    assert found["CLAUDE_CONFIG_DIR"] == "/c"
    assert secrets_of(given) == ["ANTHROPIC_API_KEY"]
