"""Sphinx: the committed notebooks as pages, without a network."""

from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MATHJAX = ROOT / ".set-up" / "npm" / "node_modules" / "mathjax" / "es5" / "tex-svg.js"  # npm, one file, no fonts

project = html_title = "Neural Networks in Blockchain"
author = copyright = "the founders of the course"
version = release = metadata.version("nnchain-edu")
language = "en"

extensions = ["myst_nb"]
nb_execution_mode = "off"  # the committed outputs are the pages
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "sphinx_book_theme"
html_static_path = ["static", str(MATHJAX)]
html_css_files = ["course.css"]
html_theme_options = {"show_toc_level": 2, "use_download_button": True, "use_fullscreen_button": False}
html_show_sourcelink = False
html_copy_source = False
mathjax_path = MATHJAX.name
