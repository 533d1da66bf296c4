"""A command of the settings: text in, text out, within a time, and without secrets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.command_line import HostCommandLines

SECRET = {"ANTHROPIC_API_KEY": "s3cr3t", "GITHUB_TOKEN": "s3cr3t", "AWS_SECRET_ACCESS_KEY": "s3cr3t"}


@pytest.fixture
def lines(tmp_path: Path) -> HostCommandLines:
    return HostCommandLines({**os.environ, **SECRET, "OLLAMA_HOST": "127.0.0.1:1"}, str(tmp_path))


def test_it_is_given_the_text_and_its_output_is_the_answer(lines: HostCommandLines, tmp_path: Path) -> None:
    finished = lines.run("pwd; tr a-z A-Z; echo $TASK", "bug or wish?\n", 60, {"TASK": "T1"})
    assert (finished.how, finished.words) == ("ended", f"{tmp_path}\nBUG OR WISH?\nT1\n")


def test_it_sees_no_secret(lines: HostCommandLines) -> None:
    words = lines.run("env", "", 60, {}).words
    assert "s3cr3t" not in words
    assert "OLLAMA_HOST=127.0.0.1:1" in words
    assert "HOME=" in words


def test_how_it_failed_is_said(lines: HostCommandLines) -> None:
    assert lines.run("echo no model >&2; exit 3", "", 60, {}).why == "exit code 3 no model"
    assert lines.run("true", "", 60, {}).why == "it printed nothing"


def test_it_is_killed_with_what_it_started_when_it_takes_too_long(lines: HostCommandLines) -> None:
    finished = lines.run("echo begun; sleep 600 & wait", "", 0.5, {})
    assert (finished.how, finished.words) == ("limit", "begun\n")
