"""Work saved from a session that ends, and brought back in the next: by the buttons, in a real browser."""

import os
import shutil

import nbformat
import pytest
from playwright.sync_api import expect

from nnchain_edu.exercises.log import Log
from nnchain_edu.workspace import ROOT, update
from tests.browser.lab_page import LabPage

pytestmark = pytest.mark.browser

LAB = "labs/00_welcome.ipynb"


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begin(mine, home):
    """A session on a machine that knows nothing of the one before: fresh notebooks, no progress."""
    for folder in (mine, home):
        shutil.rmtree(folder, ignore_errors=True)
    update(ROOT, mine)
    home.mkdir()


@pytest.fixture
def page(chromium, server, axe_source, notebooks, tmp_path):
    """Open a page with the two buttons in a fresh session; called again, the session before is gone."""
    mine, home, opened = notebooks / "my_course", tmp_path / "home", []

    def open_page():
        for lab in opened:
            lab.close()
        opened.clear()
        begin(mine, home)
        code = f"import os\nos.environ['NNCHAIN_EDU_HOME'] = {str(home)!r}\n"
        code += "from nnchain_edu.saved_work import save_work\nsave_work()"
        lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        lesson.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(lesson, notebooks / "save.ipynb")
        shutil.move(notebooks / "save.ipynb", mine / "lessons" / "save.ipynb")
        lab = LabPage(chromium, server, "my_course/lessons/save.ipynb", axe_source)
        opened.append(lab)
        lab.open()
        lab.run_all()
        return lab

    yield open_page, mine, home
    for lab in opened:
        lab.close()


def test_work_and_progress_survive_the_end_of_a_session(page, tmp_path):
    open_page, mine, home = page
    lab = open_page()
    (mine / LAB).write_text((mine / LAB).read_text().replace("your code here", "my answer"))
    (mine / "labs" / "large.bin").write_bytes(os.urandom(2_500_000))  # goes back in three pieces
    for exercise in ("00.1", "00.2"):
        Log(home).record(exercise)
    lab.execute("from nnchain_edu.exercises import handin\nfrom pathlib import Path\n"
                f"handin.public_key(Path({str(home)!r}))")  # fmt: skip
    kept = {name: data for name, data in contents(home).items() if name.suffix in (".jsonl", ".key")}
    assert len(kept) == 2
    work = {name: (mine / name).read_bytes() for name in (LAB, "labs/large.bin")}

    with lab.page.expect_download() as download:
        lab.press(lab.page.get_by_role("button", name="Download my work"), "Enter")
    assert download.value.suggested_filename == "nnchain-edu-work.zip"
    saved = tmp_path / "saved.zip"
    download.value.save_as(saved)
    assert lab.violations() == []
    lab.screenshot("downloaded")

    lab = open_page()
    assert (mine / LAB).read_bytes() != work[LAB] and not contents(home)
    lab.page.get_by_label("Bring my work back").set_input_files(saved)
    line = lab.page.locator(".nn-exchange .nn-line")
    expect(line).to_contain_text("Your progress is back: 2 exercises passed.")
    assert {name: (mine / name).read_bytes() for name in work} == work
    assert {name: data for name, data in contents(home).items() if name.suffix in (".jsonl", ".key")} == kept
    assert lab.violations() == []
    assert lab.faults() == []
    lab.screenshot("back")


def test_a_file_that_is_no_work_is_refused_in_words(page, tmp_path):
    open_page, mine, _ = page
    lab = open_page()
    before = contents(mine / "labs")
    field, message = lab.page.get_by_label("Bring my work back"), lab.page.locator(".nn-exchange .nn-message")
    (tmp_path / "other.zip").write_bytes(b"<b>no zip</b>")
    field.set_input_files(tmp_path / "other.zip")
    expect(message).to_contain_text("That did not work: it is no file that was made here")
    expect(field).to_be_enabled()
    (tmp_path / "empty.zip").write_bytes(b"")
    field.set_input_files(tmp_path / "empty.zip")
    expect(message).to_have_text("The file has 0 bytes; 1 to 50,000,000 are accepted.")
    with (tmp_path / "huge.zip").open("wb") as file:
        file.truncate(50_000_001)
    field.set_input_files(tmp_path / "huge.zip")
    expect(message).to_contain_text("The file has 50,000,001 bytes")
    expect(lab.page.get_by_role("button", name="Download my work")).to_be_enabled()
    assert contents(mine / "labs") == before
    assert lab.violations() == [] and lab.faults() == []
