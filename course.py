"""The course's launcher: `python course.py lab` opens it, `python course.py test` proves it.

Plain standard library, so that it runs before anything is installed; one file, the same on every system.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.environ.get("COURSE_VENV") or os.path.join(ROOT, ".venv")
CONSTRAINTS = os.environ.get("COURSE_CONSTRAINTS") or os.path.join(ROOT, "constraints.txt")
SET_UP = os.path.join(ROOT, ".set-up")  # stamps, logs and the npm packages of the browser tests
OLDEST = (3, 11)
DISK_NEEDED = 3 * 10**9  # bytes: the environment takes 2.0 GB, pip's downloads pass through the same disk
TORCH_CPU = "https://download.pytorch.org/whl/cpu"
IN_CI = os.environ.get("CI") == "true"

COMMANDS = {
    "lab": "set up, then open the course in JupyterLab (further arguments go to JupyterLab)",
    "test": "set up, then run everything that a contributor waits for",
    "test-slow": "fuzzing, kills, classroom, rebuilds",
    "test-all": "the quick tests on Python 3.11, 3.12 and 3.13, where installed (ARGS: names; oldest, newest)",
    "new": "begin a unit: make new UNIT=20 SLUG=my_topic",
    "build": "write lessons, labs and solutions from sources/ (ARGS: unit numbers)",
    "study": "run the many-seed experiments behind studies/*.csv (ARGS: unit numbers)",
    "book": "build the website from the committed notebooks into website/html",
    "lint": "ruff and codespell",
    "bench": "time the parts of the course side by side",
}


def stop(line):
    """End with one clear line and a status that scripts can read."""
    sys.exit("course: " + line)


def say(line):
    print("course: " + line, flush=True)


# --- the environment ---------------------------------------------------------------------------------


def check_machine():
    """Refuse at the door what cannot work: too old a Python, no venv, no disk."""
    if sys.version_info < OLDEST:
        stop(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}. Install one from"
            " python.org or your system, then run `make lab PYTHON=python3.11` (or `py -3.11 course.py lab`)."
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("this Python has no venv module. On Debian or Ubuntu: `sudo apt install python3-venv`.")
    free = shutil.disk_usage(ROOT).free
    if not is_set_up("lab") and free < DISK_NEEDED:
        stop(f"the set-up needs {DISK_NEEDED / 1e9:.0f} GB of disk, {free / 1e9:.1f} GB are free in {ROOT}.")


def venv_python():
    return os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")


def recipe(group):
    """What an environment was made from; a set-up is repeated when it changes."""
    digest = hashlib.sha256(f"{group} {sys.version} {ROOT} {wants_cuda()}".encode())
    for path in (os.path.join(ROOT, "pyproject.toml"), CONSTRAINTS):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(group):
    return os.path.join(VENV, f".set-up-{group}")


def is_set_up(group):
    try:
        with open(stamp(group)) as file:
            return file.read() == recipe(group) and os.path.exists(venv_python())
    except OSError:
        return False


def wants_cuda():
    return os.environ.get("COURSE_CUDA") == "1"


def set_up(group):
    """Make .venv and install the pinned versions. `group` is "lab" or "test"; seconds when it is done already."""
    check_machine()
    if is_set_up(group) or is_set_up("test"):  # the tests' environment holds all that the lab needs
        return
    start = time.monotonic()
    os.makedirs(SET_UP, exist_ok=True)
    place = os.path.relpath(VENV, ROOT)
    say(f"first set-up: a virtual environment in {place} and about 1 GB of packages, one to three minutes.")
    if subprocess.run([venv_python(), "--version"], capture_output=True).returncode if has_venv() else True:
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
        if made.returncode:
            last = (made.stdout + made.stderr).strip().splitlines()[-1:] or ["no reason given"]
            stop(f"the virtual environment could not be made: {last[0]}")
    if not wants_cuda() and sys.platform == "linux":
        install_cpu_torch()
    target = ".[test]" if group == "test" else "."
    pip("the course's packages", "-e", target)
    remember(group)
    say(f"set up in {time.monotonic() - start:.0f} s.")


def remember(group):
    """Write down that the group is set up, and from what."""
    with open(stamp(group), "w") as file:
        file.write(recipe(group))


def has_venv():
    return os.path.exists(venv_python())


def install_cpu_torch():
    """Linux' default wheel of torch brings gigabytes of CUDA: take PyTorch's CPU build where it can be had."""
    try:
        urllib.request.urlopen(TORCH_CPU + "/torch/", timeout=5).close()
        source = ["--index-url", TORCH_CPU, "--no-deps"]  # its dependencies come from the usual index
    except OSError:
        say("PyTorch's CPU index cannot be reached; taking the torch that pip finds (it may be a large one).")
        source = []
    pip("PyTorch (CPU; set COURSE_CUDA=1 for a CUDA build)", "torch", *source)


def pip(what, *arguments):
    """Install through the constraints; show that it lives, and on failure say the reason in one line."""
    log = os.path.join(SET_UP, "pip.log")
    command = [venv_python(), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--retries=1", "--timeout=20", "-c", CONSTRAINTS, *arguments]
    say(f"installing {what} …")
    done = threading.Event()

    def tick():
        start = time.monotonic()
        while not done.wait(20):
            say(f"  still installing ({time.monotonic() - start:.0f} s; details in .set-up/pip.log)")

    threading.Thread(target=tick, daemon=True).start()
    try:
        with open(log, "w", encoding="utf-8") as file:
            code = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT).returncode
    finally:
        done.set()
    if code:
        with open(log, encoding="utf-8") as file:
            reason = [line.strip() for line in file if line.startswith("ERROR")] or ["pip gave no reason"]
        network = any(w in " ".join(reason) for w in ("No matching distribution", "Connection", "timed out"))
        advice = "is the network there? " if network else ""
        stop(f"installing {what} failed: {reason[-1]} ({advice}full text in .set-up/pip.log; run again to go on)")


# --- tools of the tests ------------------------------------------------------------------------------


def find_chromium():
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def install_test_tools():
    """Chromium by apt where that works; axe-core and Anvil by npm. Missing tools are said, not hidden."""
    missing = []
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not find_chromium() and is_root and shutil.which("apt-get"):
        say("installing Chromium for the browser tests …")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], env=environment, **quiet)
    if not find_chromium():
        missing.append("Chromium (Debian, Ubuntu: `sudo apt install chromium`; or set CHROMIUM to its path)")
    missing += install_by_npm({"axe-core": "4.14.1", "@foundry-rs/anvil": "1.7.1", "mathjax": "3.2.2"})
    for name in missing:
        say(f"MISSING {name}: the tests that need it are skipped here and fail in CI.")
    if missing and IN_CI:
        stop("in CI every tool is needed: " + "; ".join(missing))


def install_by_npm(packages):
    """Install what is not there yet into .set-up/npm; returns a line for each that is still missing."""
    folder = os.path.join(SET_UP, "npm")
    wanted = [n for n in packages if not os.path.isdir(os.path.join(folder, "node_modules", *n.split("/")))]
    if wanted and shutil.which("npm"):
        say("installing " + " and ".join(wanted) + " by npm …")
        os.makedirs(folder, exist_ok=True)
        command = [shutil.which("npm"), "install", "--no-audit", "--no-fund", "--prefix", folder]
        with open(os.path.join(SET_UP, "npm.log"), "w") as file:
            subprocess.run(command + [f"{n}@{v}" for n, v in packages.items()], stdout=file, stderr=file)
        wanted = [n for n in wanted if not os.path.isdir(os.path.join(folder, "node_modules", *n.split("/")))]
    return [f"{name} (from npm: install Node.js, then run again)" for name in wanted]


def install_flower():
    """The extra `flower` for its slow tests. Where it cannot be had, that is said, not hidden."""
    if is_set_up("flower"):
        return
    try:
        pip("Flower and Ray for their tests (about 100 MB)", "-e", ".[flower]")
    except SystemExit as reason:
        if IN_CI:
            raise
        say(f"MISSING Flower: the tests that need it are skipped here and fail in CI. {reason}")
    else:
        remember("flower")


# --- commands ----------------------------------------------------------------------------------------


def environment():
    """Same results each time: one torch thread, a fixed hash seed, no progress log but our own."""
    steady = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUTF8": "1"}
    return dict(os.environ, NNCHAIN_EDU_HOME=os.path.join(SET_UP, "home"), **steady)


def run(*arguments, **options):
    """Run a module of the environment; True when it ended well."""
    return subprocess.run([venv_python(), "-m", *arguments], cwd=ROOT, **options).returncode == 0


def lab(arguments):
    set_up("lab")
    os.execv(
        venv_python(), [venv_python(), "-m", "nnchain_edu.workspace", *arguments]
    ) if os.name != "nt" else sys.exit(
        subprocess.run([venv_python(), "-m", "nnchain_edu.workspace", *arguments], cwd=ROOT).returncode
    )


def lint(arguments):
    set_up("test")
    passed = [run("ruff", "check", "."), run("ruff", "format", "--check", "."), run("codespell_lib")]
    sys.exit(0 if all(passed) else 1)


def test(arguments):
    set_up("test")
    install_test_tools()
    start = time.monotonic()
    steps = {
        "style": [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["codespell_lib"]],
        "sources, package, checks": [["pytest", "-q", "-n", "2", "--dist", "loadfile", *arguments]],
        "notebooks": [["tests.notebooks.run"]],
        "browser": [["pytest", "-q", "-m", "browser and not slow", "tests/browser"]],
    }
    failed = [name for name, commands in steps.items() if not step(name, commands)]
    minutes = (time.monotonic() - start) / 60
    stop(f"FAILED after {minutes:.1f} min: " + ", ".join(failed)) if failed else say(f"all green, {minutes:.1f} min.")


def test_slow(arguments):
    set_up("test")
    install_test_tools()
    install_flower()
    if not step("slow", [["pytest", "-q", "-m", "slow", "-n", "2", "--dist", "loadfile", *arguments]]):
        stop("FAILED: slow tests")


def test_all(arguments):
    set_up("test")
    install_test_tools()
    sys.exit(0 if run("tests.every_python", *arguments, env=environment()) else 1)


def step(name, commands):
    start = time.monotonic()
    say(f"--- {name}")
    passed = all([run(*command, env=environment()) for command in commands])
    say(f"--- {name}: {'green' if passed else 'FAILED'} in {time.monotonic() - start:.0f} s")
    return passed


def build(arguments):
    set_up("test")
    sys.exit(0 if run("sources.build", *arguments, env=environment()) else 1)


def new(arguments):
    set_up("test")
    sys.exit(0 if run("sources.new", *arguments, env=environment()) else 1)


def study(arguments):
    set_up("test")
    sys.exit(0 if run("studies", *arguments, env=environment()) else 1)


def book(arguments):
    set_up("test")
    missing = install_by_npm({"mathjax": "3.2.2"})
    if missing:
        stop("the website's formulas need " + missing[0])
    sys.exit(0 if run("website", *arguments, env=environment()) else 1)


def bench(arguments):
    set_up("test")
    install_test_tools()
    sys.exit(0 if run("tests.bench", *arguments, env=environment()) else 1)


def main(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        if arguments and arguments[0] not in ("-h", "--help", "help"):
            print(f"course: there is no command {arguments[0]!r}.")
        print("Neural Networks in Blockchain. Commands (make NAME, or python course.py NAME):")
        for name, what in COMMANDS.items():
            print(f"  {name:<10} {what}")
        return 0 if not arguments or arguments[0] in ("-h", "--help", "help") else 2
    commands = {"lab": lab, "test": test, "test-slow": test_slow, "test-all": test_all}
    commands |= {"new": new, "build": build, "study": study, "book": book, "lint": lint, "bench": bench}
    commands[arguments[0]](arguments[1:])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("course: stopped.")
