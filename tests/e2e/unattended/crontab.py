"""A real cron daemon with the crontab of this user, which is empty before and after."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.e2e.harness.plugin import ROOT

FOR_THE_PLUGIN = ["--plugin-dir", str(ROOT)]


def why_not() -> str:
    """Why no cron can be used here; empty if it can."""
    if shutil.which("cron") is None or shutil.which("crontab") is None:
        return "cron is not installed"
    if os.geteuid() != 0:
        return "only root can start a cron of its own"
    if subprocess.run(["crontab", "-l"], capture_output=True, check=False).returncode == 0:
        return "this user has a crontab, which no test touches"
    return ""


@contextmanager
def crontab(variables: Mapping[str, str]) -> Iterator[None]:
    """A crontab that sets these variables for all that it starts, and nothing more yet."""
    lines = "".join(f"{name}={value}\n" for name, value in variables.items())
    subprocess.run(["crontab", "-"], input=lines, text=True, check=True)
    try:
        yield
    finally:
        subprocess.run(["crontab", "-r"], check=True)


@contextmanager
def cron() -> Iterator[None]:
    """The daemon runs. It tells a changed crontab by the second, so the crontab is complete before."""
    daemon = subprocess.Popen(["cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        daemon.terminate()
        daemon.wait()
