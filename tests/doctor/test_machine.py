"""The doctor's findings about Python and the environment."""

from __future__ import annotations

import os

from tests.doctor.machine import PYTHON, Machine, assert_advised


def test_a_python_that_only_stands_in_for_another_is_a_warning(in_use: Machine) -> None:
    shim = in_use.tools / "shim"
    shim.write_text(f'#!/bin/sh\nexec {PYTHON} "$@"\n')
    shim.chmod(0o755)
    in_use.remember(shim)
    assert_advised(in_use.findings()["Python"], "warning", "which only starts", "rm ")


def test_a_python_that_does_not_work_is_named_with_what_it_says(in_use: Machine) -> None:
    wreck = in_use.tools / "wreck"
    wreck.write_text("#!/bin/sh\necho no such library >&2\nexit 127\n")
    wreck.chmod(0o755)
    in_use.remember(wreck)
    assert_advised(in_use.findings()["Python"], "broken", str(wreck), "no such library", "rm ")


def test_a_python_that_is_too_old_is_named_with_its_version(in_use: Machine) -> None:
    old = in_use.tools / "old"
    old.write_text(f"#!/bin/sh\necho '[\"{in_use.tools}/old\", [3, 9, 2]]'\n")
    old.chmod(0o755)
    in_use.remember(old)
    assert_advised(in_use.findings()["Python"], "broken", "3.9.2", "too old")


def test_an_environment_that_was_never_made_is_a_warning(in_use: Machine) -> None:
    (in_use.data / "ready").unlink()
    assert_advised(in_use.findings()["environment"], "warning", "bin/interlock")


def test_an_environment_without_packages_is_broken(in_use: Machine) -> None:
    bare = in_use.data / "bare" / "bin" / "python"
    bare.parent.mkdir(parents=True)
    bare.write_text(f'#!/bin/sh\nexec {PYTHON} -S "$@"\n')
    bare.chmod(0o755)
    stamp = in_use.data / "ready"
    times = stamp.stat()
    stamp.write_text(f"{in_use.root}\n{bare}\n\n")
    os.utime(stamp, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert_advised(in_use.findings()["environment"], "broken", "lacks mcp, pydantic", "rm -r")
