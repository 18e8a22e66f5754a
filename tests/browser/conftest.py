"""A real JupyterLab in a real Chromium: one server for the session, on folders of its own."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.lab_page import PATIENCE, LabPage
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
AXE = Path(os.environ.get("AXE") or ROOT / ".set-up/npm/node_modules/axe-core/axe.min.js")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
]
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # cells off screen would otherwise be missing from the page
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}


def need(thing: object, why: str) -> None:
    """Without `thing` skip with the reason; in continuous integration a missing tool is a failure."""
    if not thing:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(why)
        pytest.skip(why)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core, which finds violations of accessibility."""
    need(AXE.is_file(), f"axe-core is missing: {AXE} (npm install axe-core there, or set AXE)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory) -> Path:
    """The folder the server shows: copies of the labs, and the demo. Tests may write there."""
    import jupytext

    folder = tmp_path_factory.mktemp("notebooks")
    for lab in sorted((ROOT / "labs").glob("*.ipynb")):
        shutil.copy(lab, folder)
    for source in (ROOT / "tests/browser/demo").glob("*.py"):
        notebook = jupytext.read(source)
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        jupytext.write(notebook, folder / f"{source.stem}.ipynb")
    return folder


@pytest.fixture(scope="session")
def server(notebooks, tmp_path_factory):
    """The address of a JupyterLab whose settings, data and home are empty folders."""
    home = tmp_path_factory.mktemp("home")
    overrides = home / "config/labconfig/default_setting_overrides.json"
    overrides.parent.mkdir(parents=True)
    overrides.write_text(json.dumps(SETTINGS))
    places = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "MPLCONFIGDIR": home / "matplotlib",
        "XDG_DATA_HOME": home / "share",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
        *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={notebooks}"),
        *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"),
        *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
    ]
    environment = os.environ | {name: str(place) for name, place in places.items()}
    # a kernel that needs more than five seconds to look through the fonts would say so, on the error stream of its cell
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment, check=True)
    log = home / "server.log"
    with log.open("w") as writer:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=writer,
            stderr=subprocess.STDOUT,
            cwd=notebooks,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            if process.poll() is not None:
                pytest.fail(f"JupyterLab ended:\n{log.read_text()}")
            try:
                urllib.request.urlopen(f"{address}/api", timeout=PATIENCE).close()
                break
            except OSError:
                time.sleep(0.2)
            if time.monotonic() > deadline:
                pytest.fail(f"JupyterLab did not answer in {PATIENCE} seconds:\n{log.read_text()}")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def chromium():
    """One Chromium for the session."""
    from playwright.sync_api import expect, sync_playwright

    need(CHROMIUM, "Chromium is missing: install Debian's chromium, or set CHROMIUM")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE * 1000)  # Playwright's own five seconds are few where others work too
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=FLAGS, timeout=PATIENCE * 1000
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def fresh_lab(chromium, server, axe_source, notebooks):
    """Open a copy of a notebook, by name, in a browser context of its own; whoever asks for it closes it."""
    copies = itertools.count(1)

    def open_copy(name: str, width: int = 1280, dark: bool = False) -> LabPage:
        # JupyterLab saves by itself, and the next to open the notebook would find widgets of a dead kernel
        folder = notebooks / str(next(copies))
        folder.mkdir()
        shutil.copy(notebooks / name, folder)
        lab = LabPage(chromium, server, f"{folder.name}/{name}", axe_source, width=width, dark=dark)
        lab.open()
        return lab

    return open_copy


@pytest.fixture
def open_lab(fresh_lab):
    """Like `fresh_lab`, but closed with its kernel when the test ends."""
    opened = []

    def open_notebook(name: str, **how) -> LabPage:
        opened.append(fresh_lab(name, **how))
        return opened[-1]

    yield open_notebook
    for lab in opened:
        lab.close()
