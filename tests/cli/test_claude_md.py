"""`interlock init --claude-md` puts the rules into CLAUDE.md, and nothing else is changed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_commands import Shell, interlock

__all__ = ["interlock"]


def test_the_rules_are_put_in_once_and_the_rest_stays(interlock: Shell) -> None:
    file = interlock.directory / "CLAUDE.md"
    file.write_bytes("# Mine\r\nÜber alles\r\n".encode())
    file.chmod(0o640)
    for _ in range(2):
        ran = interlock("init", "--claude-md")
        assert (ran.code, "The rules of parallel work" in ran.out) == (0, True)
    text = file.read_bytes().decode()
    assert text.startswith("# Mine\r\nÜber alles\r\n")
    assert text.count("## Working in parallel") == 1
    assert file.stat().st_mode & 0o777 == 0o640


def test_without_being_asked_nothing_is_made(interlock: Shell) -> None:
    assert interlock("init").code == 0
    assert not (interlock.directory / "CLAUDE.md").exists()


def test_a_link_is_followed(interlock: Shell) -> None:
    (interlock.directory / "AGENTS.md").write_text("# Agents\n")
    (interlock.directory / "CLAUDE.md").symlink_to("AGENTS.md")
    assert interlock("init", "--claude-md").code == 0
    assert (interlock.directory / "CLAUDE.md").is_symlink()
    assert "## Working in parallel" in (interlock.directory / "AGENTS.md").read_text()


def test_what_is_no_text_or_has_broken_markers_is_left_alone(interlock: Shell) -> None:
    file = interlock.directory / "CLAUDE.md"
    for content, code in ((b"\xff\xfe\x00", 3), (b"<!-- interlock: end -->\n", 2)):
        file.write_bytes(content)
        assert interlock("init", "--claude-md").code == code
        assert file.read_bytes() == content


def test_what_is_read_only_or_lies_outside_the_repository_is_left_alone(interlock: Shell, tmp_path: Path) -> None:
    file = interlock.directory / "CLAUDE.md"
    file.write_text("# Mine\n")
    file.chmod(0o444)
    refused = interlock("init", "--claude-md")
    assert (refused.code, "CLAUDE.md is read-only" in refused.err, file.read_text()) == (3, True, "# Mine\n")

    file.unlink()
    (tmp_path / "home.md").write_text("# Everywhere\n")
    file.symlink_to(tmp_path / "home.md")
    refused = interlock("init", "--claude-md")
    assert (refused.code, "outside the repository" in refused.err) == (3, True)
    assert (tmp_path / "home.md").read_text() == "# Everywhere\n"
