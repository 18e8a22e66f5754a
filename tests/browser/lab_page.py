"""A notebook open in JupyterLab: run it, drive its widgets by keyboard, look for faults."""

import re
import time
from pathlib import Path

PATIENCE = 180  # seconds for the page, the server or a kernel to get on, on a machine with other work to do
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
OUTPUTS = ".jp-Notebook .jp-Cell-outputArea"

_STATE = """() => {
  const shown = window.jupyterapp.shell.currentWidget;
  const kernel = shown?.context?.sessionContext?.session?.kernel;
  if (!kernel) return "no kernel";
  const waiting = shown.content.widgets.filter(c => c.model.type === "code" && c.prompt === "*").length;
  return `${kernel.status} ${kernel.connectionStatus} ${waiting} waiting`;
}"""
_READY = """() => {
  const shown = window.jupyterapp?.shell?.currentWidget;
  return shown?.context?.isReady && shown.context.sessionContext.isReady;
}"""
_STARTED = "() => window.jupyterapp.shell.currentWidget.content.widgets.some(c => c.prompt)"
# until a widget is there, its output says that it loads
_DRAWN = """() => [...document.querySelectorAll("[data-mime-type='application/vnd.jupyter.widget-view+json']")]
  .every(e => e.querySelector("section, .jupyter-widgets") && !e.textContent.startsWith("Loading widget"))"""
_SHUT_DOWN = "() => window.jupyterapp?.shell.currentWidget?.context.sessionContext.shutdown()"
_EXECUTE = """async ([code, wait]) => {
  const future = window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.requestExecute({code});
  let printed = "";
  future.onIOPub = (message) => { printed += message.content.text ?? ""; };
  window.executing = true;
  const done = future.done.then(() => { window.executing = false; });
  if (wait) await done;
  return printed;
}"""
_AXE = """async (selector) => {
  const found = await axe.run({include: [[selector]]}, {resultTypes: ["violations"]});
  return found.violations.map(v => [v.impact, v.id, v.nodes.map(n => `${n.html.slice(0, 160)} | ${n.failureSummary}`)]);
}"""
_WHOLE = """() => {
  const outer = document.querySelector(".jp-WindowedPanel-outer");
  outer.scrollTop = 0;
  const last = [...document.querySelectorAll(".jp-Notebook-cell")].at(-1);
  return Math.ceil(last.getBoundingClientRect().bottom - outer.getBoundingClientRect().top) + 160;
}"""
# what Chromium or JupyterLab say for themselves and no lab can change
_NOT_OURS = re.compile(r"favicon|ResizeObserver loop|Autofocus processing|/lsp/|/api/(terminals|me)")


class LabPage:
    """One notebook in a browser context of its own. `errors` are those of the page and of its console."""

    def __init__(self, chromium, server: str, name: str, axe_source: str, width: int = 1280, dark: bool = False):
        self.name, self.server, self.axe_source, self.dark = name, server, axe_source, dark
        self.errors: list[str] = []
        self.context = chromium.new_context(
            viewport={"width": width, "height": 1000},
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, entry) -> None:
        said = f"{entry.text} {entry.location.get('url', '')}"
        if entry.type == "error" and not _NOT_OURS.search(said):
            self.errors.append(said)

    def open(self) -> None:
        """Open the notebook in an empty workspace and wait for its kernel."""
        self.page.goto(f"{self.server}/lab/tree/{self.name}?reset", wait_until="domcontentloaded")
        self.page.wait_for_function(_READY)
        self.page.locator(".jp-Notebook-cell").first.wait_for()
        if self.dark:
            self.command("apputils:change-theme", theme="JupyterLab Dark")
            self.page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
        self.wait_until_idle()

    def close(self) -> None:
        """Shut the kernel down and close the context."""
        self.page.evaluate(_SHUT_DOWN)
        self.context.close()

    def command(self, name: str, **arguments) -> None:
        """Start one of JupyterLab's commands."""
        self.page.evaluate("([n, a]) => { window.jupyterapp.commands.execute(n, a) }", [name, arguments])

    def wait_until_idle(self, seconds: float = PATIENCE) -> None:
        """Wait until the kernel has been idle, with no cell waiting, three looks in a row."""
        deadline, quiet, state = time.monotonic() + seconds, 0, ""
        while quiet < 3:
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name}: not idle after {seconds} s: {state}")
            state = self.page.evaluate(_STATE)
            quiet = quiet + 1 if state == "idle connected 0 waiting" else 0
            self.page.wait_for_timeout(80)

    def run_all(self, seconds: float = 3 * PATIENCE) -> None:
        """Run every cell, and wait until the last is done and each bench shows its figure."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(_STARTED)
        self.wait_until_idle(seconds)
        self.wait_until_drawn()
        for bench in self.benches():
            self.settle(bench)

    def wait_until_drawn(self) -> None:
        """Wait until each widget stands in its output: it comes some time after its cell is done."""
        self.page.wait_for_function(_DRAWN)

    def execute(self, code: str, wait: bool = True) -> str:
        """Run code in the kernel, as no cell; return what it printed."""
        return self.page.evaluate(_EXECUTE, [code, wait])

    def benches(self) -> list:
        """The benches on the page, from the top."""
        return self.page.locator(".nn-bench").all()

    def faults(self) -> list[str]:
        """Error outputs, lines on the error stream, and errors on the browser's console."""
        kinds = [f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("error", "stderr")]
        return self.page.locator(", ".join(kinds)).all_inner_texts() + self.errors

    def violations(self) -> list:
        """axe-core's serious and critical violations in the outputs, each with what is wrong where."""
        if not self.page.evaluate("() => Boolean(window.axe)"):
            self.page.evaluate(self.axe_source)
        return [found for found in self.page.evaluate(_AXE, OUTPUTS) if found[0] in ("serious", "critical")]

    def settle(self, bench, state: str = "idle", seconds: float = PATIENCE) -> None:
        """Wait until the bench has answered everything it was told."""
        test = "([bench, state]) => bench.dataset.state === state"
        self.page.wait_for_function(test, arg=[bench.element_handle(), state], timeout=seconds * 1000)

    def press(self, element, *keys: str) -> None:
        """Focus an element and press keys, one after the other."""
        element.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def screenshot(self, what: str = "") -> None:
        """Keep a picture of the whole notebook under tests/artifacts."""
        ARTIFACTS.mkdir(exist_ok=True)
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": size["width"], "height": min(self.page.evaluate(_WHOLE), 12_000)})
        self.page.evaluate(_WHOLE)  # at the top again
        self.page.wait_for_timeout(200)
        name = "-".join(filter(None, (Path(self.name).stem, what, "dark" if self.dark else "", str(size["width"]))))
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")
        self.page.set_viewport_size(size)
