"""What SECURITY.md promises of JupyterLab and of weights: the token, loopback alone, and no code run on loading."""

import ast
import http.client
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from nnchain_edu.workspace import FIRST_PAGE, ROOT
from tests.ports import free_port

PATIENCE = 240  # seconds for JupyterLab to begin, to answer, to end, on a machine with other work to do


def family(process):
    """A process and all that it started, directly or not."""
    found, parents = [process], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents.setdefault(int(stat.read_text().rpartition(")")[2].split()[1]), []).append(int(stat.parent.name))
        except OSError:
            continue
    for each in found:
        found += parents.get(each, [])
    return found


def listening(processes):
    """The addresses, as the kernel writes them, on which these processes take connections from a network."""
    held = set()
    for process in processes:
        for descriptor in Path(f"/proc/{process}/fd").glob("*"):
            try:
                held.add(os.readlink(descriptor))
            except OSError:
                continue
    rows = [line.split() for name in ("tcp", "tcp6") for line in _lines(f"/proc/net/{name}")]
    return {row[1].rpartition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held}


def _lines(path):
    try:
        return Path(path).read_text().splitlines()[1:]
    except OSError:
        return []


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab as `make lab` starts it, on a course and port of its own, with one kernel: process, address, token."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("course.py", FIRST_PAGE):  # by these a course is known
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    code = "import sys\nfrom pathlib import Path\nfrom nnchain_edu import workspace\n"
    code += f"workspace.ROOT = Path({str(folder)!r})\nworkspace.main(['--no-browser', '--port={free_port()}'])"
    places = {name: str(folder / name.lower()) for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")} | places
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=environment, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (server := answering(folder / "jupyter_runtime_dir")):
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.1)
        assert ask(server["url"] + "api/kernels", server["token"], b'{"name": "python3"}') == 201
        yield process.pid, server["url"], server["token"]
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answering(folder):
    """What the server says of itself once it answers. It writes its file first and opens its port afterwards."""
    try:
        (file,) = folder.glob("jpserver-*.json")
        server = json.loads(file.read_text())
        ask(server["url"] + "api")
    except (ValueError, OSError, http.client.HTTPException):
        return None  # no file yet, half a file, or nobody at the port
    return server


def ask(address, token=None, data=None):
    """The status of the answer."""
    request = urllib.request.Request(address, data, {"Authorization": f"token {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_only_the_token_opens_it(lab):
    _, address, token = lab
    assert len(token) >= 32
    assert ask(address + "api/contents", token) == 200
    assert ask(address + "api/contents") == 403
    assert ask(address + "api/contents", token[:-1] + "x") == 403
    assert ask(address + "api/kernels", None, b"{}") == 403


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux' table of sockets")
def test_nothing_listens_beyond_loopback(lab):
    process, address, _ = lab
    assert address.startswith(("http://127.0.0.1:", "http://localhost:"))
    found = listening(family(process))
    assert found and found <= {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux' table of sockets")
def test_the_chain_opens_no_port_and_an_open_one_would_be_seen():
    from nnchain_edu import Chain

    chain = Chain()
    chain.mine(1)

    before = listening([os.getpid()])
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))
        server.listen()
        assert "00000000" in listening([os.getpid()])
    assert "00000000" not in before


# --- weights and data -------------------------------------------------------------------------------------------------

RUN_CODE = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "_pickle"}


def unsafe(source):
    """Lines of a module that could run what a file holds: pickles, and loaders that fall back to them."""
    for node in ast.walk(ast.parse(source)):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if {name.split(".")[0] for name in names} & RUN_CODE:
            yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            torch_runs = called == "torch.load" and given.get("weights_only") != "True"
            numpy_runs = called in ("np.load", "numpy.load") and given.get("allow_pickle") != "False"
            if torch_runs or numpy_runs or called.endswith("read_pickle"):
                yield node.lineno


# no file: a process writes to its own fork, through a pipe of the two; what comes back is JSON (test_sealed.py)
PIPES = ("nnchain_edu/exercises/sealed.py",)
MODULES = sorted(path for room in ("nnchain_edu", "sources", "studies") for path in (ROOT / room).rglob("*.py"))


def test_no_module_and_no_notebook_runs_code_from_a_file_of_weights():
    found = [f"{p.relative_to(ROOT).as_posix()}:{n}" for p in MODULES for n in unsafe(p.read_text("utf-8"))]
    assert len(MODULES) > 100
    assert [place for place in found if not place.startswith(PIPES)] == []


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from joblib import load", "torch.load(f)", "torch.load(f, weights_only=False)", "np.load(f)",
     "numpy.load(f, allow_pickle=True)", "pd.read_pickle(f)"],
)  # fmt: skip
def test_such_a_line_would_be_found(source):
    assert list(unsafe(f"import os\n{source}")) == [2]
    assert not list(unsafe("torch.load(f, weights_only=True)\nnp.load(f, allow_pickle=False)"))
