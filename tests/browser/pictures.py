"""Photograph every bench for the website: `python -m tests.browser.pictures [UNIT …]` writes docs/benches/."""

import io
import sys

import pytest

from website.pages import PICTURES, ROOT, benches, read, stems

COLOURS = 96  # enough for flat colours; a quarter of the bytes


@pytest.mark.browser
@pytest.mark.parametrize("stem", stems("labs"))
def test_picture(open_lab, stem):
    from PIL import Image

    wanted = benches(stem)
    lab = open_lab(f"{stem}.ipynb")
    lab.run_all()
    sources = [cell.source for cell in read(ROOT / "labs" / f"{stem}.ipynb").cells]
    PICTURES.mkdir(exist_ok=True)
    for source, name in wanted.items():
        cell = lab.page.locator(".jp-Notebook-cell").nth(sources.index(source))
        output = cell.locator(".jp-OutputArea-output").last
        output.scroll_into_view_if_needed()
        image = Image.open(io.BytesIO(output.screenshot())).convert("RGB")
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    wanted = tuple(sys.argv[1:]) or ("",)
    some = [f"{__file__}::test_picture[{stem}]" for stem in stems("labs") if stem.startswith(wanted)]
    sys.exit(pytest.main(["-q", "-m", "browser", *some]))
