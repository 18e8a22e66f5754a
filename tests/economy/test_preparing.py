"""Preparing: what a recipe learns comes from training rows, is written down whole, and is applied to the bit."""

import json

import numpy as np
import pandas
import pytest

from nnchain_edu.economy import Recipe, deduplicate, encode, features


@pytest.fixture
def table() -> pandas.DataFrame:
    return pandas.DataFrame(
        {"a": [0.0, 1.0, 3.0, 7.0, 15.0], "b": [np.nan, 2.0, 2.0, np.nan, 4.0], "c": [5.0] * 5}, index=list("vwxyz")
    )


def test_worked_out_by_hand(table):
    recipe = Recipe(log=False).fit(table)
    assert recipe.names == ["a", "b", "c", "b missing"]
    values = recipe.transform(table)
    assert values.dtype == np.float32 and values.shape == (5, 4)
    np.testing.assert_allclose(values[:, 0], (table["a"] - 3) / 6)  # median 3, quartiles 1 and 7
    filled = np.array([2, 2, 2, 2, 4.0])
    np.testing.assert_allclose(values[:, 1], (filled - 2) / filled.std())  # quartiles alike: the deviation
    np.testing.assert_array_equal(values[:, 2], 0)
    np.testing.assert_array_equal(values[:, 3], [1, 0, 0, 1, 0])


def test_the_logarithm_keeps_the_sign():
    recipe = Recipe(scale="none").fit(pandas.DataFrame({"a": [-9.0, 0.0, 9.0]}))
    np.testing.assert_allclose(
        recipe.transform(pandas.DataFrame({"a": [-9.0, 0.0, 9.0]}))[:, 0], [-np.log(10), 0, np.log(10)]
    )


def test_one_whale_is_cut(table):
    recipe = Recipe(log=False).fit(table)
    assert recipe.transform(table.assign(a=1e9))[:, 0].max() == 8


def test_only_the_training_rows_are_learnt_from(table):
    recipe = Recipe().fit(table.iloc[:3])
    before = recipe.digest
    recipe.transform(table.assign(a=10**6))
    assert recipe.digest == before == Recipe().fit(table.iloc[:3]).digest != Recipe().fit(table).digest


def test_a_recipe_survives_its_own_description(lived):
    table = features(lived.frames)
    recipe = Recipe(list(table.columns[::2]), scale="standard").fit(table)
    again = Recipe.of(json.loads(json.dumps(recipe.as_dict())))
    assert again.digest == recipe.digest and again.names == recipe.names
    np.testing.assert_array_equal(again.transform(table), recipe.transform(table))
    assert np.isfinite(recipe.transform(table)).all()


def test_missing_values_can_be_nothing(table):
    values = Recipe(log=False, scale="none", missing="zero", indicators=False).fit(table).transform(table)
    np.testing.assert_array_equal(values[:, 1], [0, 2, 2, 0, 4])


def test_duplicates_go_once():
    index = pandas.MultiIndex.from_tuples([(1, "a"), (1, "b"), (1, "a"), (2, "a"), (2, "c")])
    table = pandas.DataFrame({"x": [1.0, 1.0, 2.0, 1.0, np.nan]}, index=index)
    kept = deduplicate(table)
    assert list(kept.index) == [(1, "a"), (2, "a"), (2, "c")]
    assert kept.attrs["dropped"] == {"same index": 1, "same values": 1}


def test_categories_become_columns():
    column = pandas.Series(["shop", "worker", "pirate"], name="role")
    table = encode(column, ["worker", "shop"])
    assert list(table.columns) == ["role=worker", "role=shop"]
    assert table.to_numpy().tolist() == [[0, 1], [1, 0], [0, 0]]


def test_bad_arguments_are_refused_at_the_door(table):
    with pytest.raises(ValueError, match="scale must be one of robust"):
        Recipe(scale="best")
    with pytest.raises(ValueError, match="missing must be one of"):
        Recipe(missing="mean")
    with pytest.raises(ValueError, match="learnt nothing yet"):
        Recipe().transform(table)
    with pytest.raises(ValueError, match="no rows"):
        Recipe().fit(table.iloc[:0])
    with pytest.raises(ValueError, match="lacks the columns b"):
        Recipe().fit(table).transform(table[["a", "c"]])
    with pytest.raises(ValueError, match="infinite values, in c"):
        Recipe().fit(table.assign(c=np.inf))
    with pytest.raises(ValueError, match="exactly the parts"):
        Recipe.of({"columns": ["a"]})
    with pytest.raises(ValueError, match="equally long"):
        Recipe.of(Recipe().fit(table).as_dict() | {"fill": [1.0]})
