"""`nnchain-edu progress table FOLDER`: a class's hand-ins in one table."""

import csv

import pytest

from nnchain_edu.cli import REFUSED, UNUSABLE, main
from nnchain_edu.exercises import class_table, handin
from nnchain_edu.exercises.handin import HandInError
from nnchain_edu.exercises.log import Log


@pytest.fixture
def school(tmp_path, monkeypatch, sample):
    """Hand-ins: ann's is sound, ben's edited, cem's none, a stranger's unknown; dora's is missing."""
    folder, keys = tmp_path / "handed in", ["name,key"]
    folder.mkdir()
    for name in ("ann", "ben"):
        monkeypatch.setenv("NNCHAIN_EDU_HOME", str(tmp_path / name))
        for number in ("91.1", "91.2", "91.1"):
            Log().record(number)
        (folder / f"{name}.json").write_bytes(handin.export(Log()))
        keys.append(f"{name},{handin.public_key(Log().folder)}")
    edited = (folder / "ben.json").read_text().replace('"91.2"', '"91.3"')
    (folder / "ben.json").write_text(edited)
    (folder / "cem.json").write_text("{")
    (folder / "stranger.json").write_text("{}")
    keys += ["cem," + keys[1].split(",")[1], "dora," + keys[1].split(",")[1]]
    (tmp_path / "keys.csv").write_text("\n".join(keys) + "\n")
    return tmp_path


def test_each_learner_has_a_row_and_a_reason(school):
    rows = {row.name: row for row in class_table.collect(school / "handed in", school / "keys.csv")}
    assert {name: row.state for name, row in rows.items()} == {
        "ann": "sound", "ben": "refused", "cem": "unusable", "dora": "missing", "stranger.json": "unlisted",
    }  # fmt: skip
    assert rows["ann"].passed == {"91.1", "91.2"}
    assert "Entry 2 was edited" in rows["ben"].why and not rows["ben"].passed


def test_the_command_prints_the_table_and_writes_csv(school, capsys):
    written = school / "table.csv"
    arguments = ["progress", "table", str(school / "handed in"), "--keys", str(school / "keys.csv")]
    assert main([*arguments, "--csv", str(written)]) == REFUSED
    out = capsys.readouterr().out
    assert out.splitlines()[0].split()[:3] == ["name", "state", "passed"]
    lines = list(csv.DictReader(written.read_text().splitlines()))
    assert [line["state"] for line in lines] == ["sound", "refused", "unusable", "missing", "unlisted"]
    assert lines[0]["91.1"] == "1" and lines[1]["91.1"] == ""


def test_a_name_is_no_formula_for_a_spreadsheet():
    assert class_table.as_csv([class_table.Row("=1+1", "missing")]).splitlines()[1].startswith("'=1+1,")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1 must be: name,key"),
        ("ann;02ab\n", "line 1 must be: name,key"),
        ("name,key\nann\n", "line 2 must hold a name and a key"),
        ("name,key\nann,02\n\nann,03\n", "line 4: the name 'ann' stands there twice"),
        ("name,key\n../ann,02\n", "line 2: the name '../ann' cannot be the name of a file"),
    ],
    ids=["empty", "semicolon", "one field", "twice", "path"],
)
def test_a_malformed_list_of_keys_names_the_line(tmp_path, text, complaint, capsys):
    (tmp_path / "keys.csv").write_text(text)
    with pytest.raises(HandInError, match=complaint):
        class_table.collect(tmp_path, tmp_path / "keys.csv")
    assert main(["progress", "table", str(tmp_path), "--keys", str(tmp_path / "keys.csv")]) == UNUSABLE
    assert capsys.readouterr().err.count("\n") == 1
