"""Build the website: `python -m website [FOLDER]` (default `website/html`)."""

import subprocess
import sys
from pathlib import Path

from website.conf import MATHJAX
from website.pages import ROOT, lay_out

HERE = Path(__file__).resolve().parent
SOURCE = ROOT / ".set-up" / "website"


def build(target: Path) -> int:
    """Lay the pages out and let Sphinx make them; any warning, a dead link for one, is an error. Its exit status."""
    if not MATHJAX.is_file():
        print("website: MathJax is missing (npm brings it: install Node.js, then `make book`)", file=sys.stderr)
        return 1
    lay_out(SOURCE)
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", "-c", str(HERE)]
    status = subprocess.run([*command, str(SOURCE), str(target)]).returncode
    if not status:
        print(f"website: {target / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]).resolve() if sys.argv[1:] else HERE / "html"))
