"""Does the launcher start Interlock from everywhere, and change nothing for what it starts?"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bootstrap.installation import Installation, told


def test_arguments_and_exit_code_pass_through_unchanged(installation: Installation) -> None:
    awkward = ["a b", "", "*", "two\nlines", "--help"]
    assert told(installation.launch(*awkward))["arguments"] == awkward
    assert installation.launch(EXIT_CODE="7").returncode == 7


def test_the_first_start_says_what_it_does_on_stderr_and_nothing_on_stdout(installation: Installation) -> None:
    first, second = installation.launch(), installation.launch()
    assert "first start: setting up its environment" in first.stderr
    assert "ready in" in first.stderr
    assert told(first) == told(second)
    assert second.stderr == ""


def test_standard_input_belongs_to_the_program(installation: Installation) -> None:
    command = [str(installation.root / "bin" / "interlock"), "--read"]
    run = subprocess.run(
        command, env=installation.environ, input="a protocol", capture_output=True, text=True, check=False
    )
    assert told(run)["stdin"] == "a protocol"


def test_it_works_through_symlinks_from_any_directory(installation: Installation, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    (elsewhere / "absolute").symlink_to(installation.root / "bin" / "interlock")
    (elsewhere / "relative").symlink_to("../root/bin/interlock")
    (elsewhere / "chain").symlink_to("relative")
    (elsewhere / "bin").symlink_to(installation.root / "bin")
    for command in ("./absolute", "./relative", str(elsewhere / "chain"), "bin/interlock"):
        run = subprocess.run(
            [command], env=installation.environ, cwd=elsewhere, capture_output=True, text=True, check=False
        )
        assert told(run)["cwd"] == str(elsewhere)
    assert len(installation.environments()) == 1


def test_it_works_where_names_have_spaces_and_pattern_characters(tmp_path: Path) -> None:
    odd = Installation(tmp_path / "it's [odd] *")
    assert told(odd.launch("x"))["arguments"] == ["x"]
    assert told(odd.launch("x"))["python"].startswith(str(odd.data))


def test_once_ready_it_needs_no_other_program(installation: Installation) -> None:
    ready = told(installation.launch())
    (installation.data / "python").unlink()
    assert told(installation.launch(PATH="/nowhere")) == ready


def test_a_checkout_keeps_its_environment_in_dot_venv(installation: Installation) -> None:
    run = told(installation.launch(CLAUDE_PLUGIN_DATA=""))
    assert run["python"] == str(installation.root / ".venv" / "bin" / "python")
    assert not installation.environments()


@pytest.mark.parametrize("data", ["plugins/data/interlock-a-market", "plugins/data/another-a-market"])
def test_an_installed_copy_finds_its_data_folder_by_itself(
    installation: Installation, tmp_path: Path, data: str
) -> None:
    installed = tmp_path / "plugins" / "cache" / "a-market" / "interlock" / "0.1.0"
    shutil.copytree(installation.root, installed)
    (tmp_path / data).mkdir(parents=True)
    installation.root = installed
    python = told(installation.launch(CLAUDE_PLUGIN_DATA=""))["python"]
    own = data.endswith("interlock-a-market")
    assert python.startswith(str(tmp_path / data / "env-" if own else installed / ".venv"))


def test_without_any_python_it_says_which_it_found(installation: Installation) -> None:
    find_python = installation.root / "bin" / "find-python"
    only_the_path = "\n_il_places() { _il_where=$PATH:; }\n"
    find_python.write_text(find_python.read_text() + only_the_path)
    code = "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])"
    (installation.tools / "python3").rename(installation.folder / "real")
    installation.tool("python3", f"exec '{installation.folder}/real' -I -S -c '{code}' \"$4\"")
    run = installation.launch(PATH=str(installation.tools))
    assert run.returncode == 3
    assert "needs Python 3.11 or newer" in run.stderr
    assert "(3.9.2)" in run.stderr
    assert "INTERLOCK_PYTHON=" in run.stderr
    assert run.stdout == ""
