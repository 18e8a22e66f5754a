"""`nnchain-edu doctor`: it finds what is wrong, says the remedy, and never falls over itself."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nnchain_edu import doctor, workspace
from nnchain_edu.cli import PROBLEM, main
from nnchain_edu.doctor import Finding


def test_this_machine_has_no_problem_but_perhaps_no_browser(tmp_path):
    found = {finding.subject: finding for finding in doctor.examine(tmp_path / "my_course")}
    assert list(found) == [
        "Python", "packages", "memory", "my_course", "progress", "disk", "loopback", "port", "browser", "kernel",
    ]  # fmt: skip
    problems = {subject for subject, finding in found.items() if finding.remedy}
    assert problems <= {"browser", "memory"}
    assert not (tmp_path / "my_course").exists()


def test_the_command_tells_a_script(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "examine", lambda folder: iter([Finding("disk", "full", "make room")]))
    assert main(["doctor", "--workspace", str(tmp_path)]) == PROBLEM
    assert capsys.readouterr().out == "problem  disk: full\n         -> make room\n1 problem found.\n"
    monkeypatch.setattr(doctor, "examine", lambda folder: iter([Finding("disk", "much")]))
    assert main(["doctor"]) == 0
    assert "All is well." in capsys.readouterr().out


def test_a_missing_and_an_old_package_are_named(monkeypatch):
    from importlib import metadata

    monkeypatch.setattr(
        metadata, "requires", lambda name: ["torch>=99", "no-such-package>=1", "numpy; extra == 'test'", "web3>=8"]
    )
    found = doctor.packages()
    assert found.found.startswith("torch is ") and "needed is >=99; no-such-package is missing" in found.found
    assert "web3" not in found.found and "make lab" in found.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path):
    tmp_path.chmod(0o500)
    assert "cannot be written" in doctor.own_folder(tmp_path / "my_course").found


def test_a_file_in_the_way_of_the_workspace(tmp_path):
    (tmp_path / "my_course").write_text("")
    found = doctor.own_folder(tmp_path / "my_course")
    assert "cannot be written" in found.found and found.remedy


def test_a_port_in_use_is_passed_over_and_none_left_is_a_problem(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        monkeypatch.setattr(workspace, "DEFAULT_PORT", taken.getsockname()[1])
        assert f"{workspace.DEFAULT_PORT} is in use" in doctor.port().found
    monkeypatch.setattr(workspace, "port_is_free", lambda port: False)
    assert doctor.port().remedy


def test_a_kernel_of_another_python(tmp_path, monkeypatch):
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        '{"argv": ["/elsewhere/bin/python"], "display_name": "x", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    found = doctor.kernel()
    assert "another Python: /elsewhere/bin/python" in found.found and sys.executable in found.remedy


def test_a_look_that_fails_is_a_finding(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "disk", lambda: 1 / 0)
    (found,) = [each for each in doctor.examine(tmp_path) if each.subject == "disk"]
    assert "ZeroDivisionError" in found.found and found.remedy


def test_it_loads_neither_torch_nor_web3():
    code = (
        "import sys; from nnchain_edu.cli import main; main(['doctor']); "
        "assert not {'torch', 'web3', 'matplotlib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
