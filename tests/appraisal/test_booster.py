"""A booster predicts what LightGBM's own package predicts, and no text ends the process."""

from __future__ import annotations

import gc
import random
import re
import subprocess
import sys
from array import array
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, Final

import lightgbm
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasador.appraisal import c_library
from tasador.appraisal.booster import Booster
from tasador.errors import BundleError, TasadorError
from tasador.models.lean_text import lean

N_INPUTS: Final = 6
OBJECTIVES: Final = ("regression", "regression_l1", "tweedie", "gamma", "binary", "multiclass")

#: Sets a text's lines against each other in a process of its own: what is damaged must be refused there, not end it.
DAMAGE: Final = """
import random, sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from tasador.appraisal.booster import Booster
from tasador.errors import BundleError

text, draw, refused = Path(sys.argv[1]).read_bytes(), random.Random(int(sys.argv[2])), 0
end = text.index(b"end of trees")
for _ in range(int(sys.argv[3])):
    bad, at = bytearray(text), draw.randrange(end)
    match draw.choice(("cut", "altered", "dropped", "doubled")):
        case "cut":
            del bad[at:]
        case "altered":
            bad[at] = draw.choice(b"0123456789 -=\\nabc.e+_:")
        case "dropped":
            del bad[at : at + draw.choice((1, 2, 10, 100, 800))]
        case "doubled":
            bad[at:at] = bad[at : at + draw.choice((1, 2, 10, 100, 800))]
    try:
        booster = Booster(bytes(bad))
    except BundleError:
        refused += 1
        continue
    row = [0.1] * booster.n_inputs
    booster.predict([row]), booster.predict([row, row])
    if booster.is_additive:
        booster.contributions(row)
print(refused)
"""


@cache
def inputs() -> npt.NDArray[np.float64]:
    draw = np.random.default_rng(1)
    found = draw.normal(size=(600, N_INPUTS))
    found[draw.random(found.shape) < 0.2] = np.nan
    return found


@cache
def trained(objective: str) -> lightgbm.Booster:
    rows = inputs()
    score = np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1] * rows[:, 2])
    more: dict[str, Any] = {}
    target: npt.NDArray[Any]
    match objective:
        case "binary":
            target = score > 0
        case "multiclass":
            target, more = np.digitize(score, (-1, 0, 1)), {"num_class": 4}
        case _:
            target = np.exp(score)
    parameters = {"objective": objective, "num_leaves": 8, "verbose": -1, "num_threads": 1, "deterministic": True}
    names = [f"input_{number}" for number in range(N_INPUTS)]
    return lightgbm.train({**parameters, **more}, lightgbm.Dataset(rows, target, feature_name=names), 12)


def text_of(objective: str) -> bytes:
    text: str = trained(objective).model_to_string()
    return text.encode()


def changed(pattern: str, to: str, objective: str = "regression") -> bytes:
    """The text with one line changed, and `tree_sizes` corrected, so that the line itself must be found wrong."""
    text = text_of(objective).decode()
    found = re.sub(pattern, to, text, count=1, flags=re.MULTILINE)
    assert found != text
    body = found[found.index("Tree=0") : found.index("end of trees")]
    sizes = [len(tree) for tree in re.split("(?=Tree=)", body)[1:]]
    return re.sub("tree_sizes=.*", f"tree_sizes={' '.join(map(str, sizes))}", found).encode()


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("leaned", [False, True])
def test_predictions_are_those_of_lightgbm_to_the_last_bit(objective: str, leaned: bool) -> None:
    expected = np.asarray(trained(objective).predict(inputs(), raw_score=True, num_threads=1))
    expected = expected.reshape(len(inputs()), -1)
    text = text_of(objective)
    booster = Booster(lean(text, counts=False) if leaned else text)
    rows = inputs().tolist()
    together = booster.predict(rows)
    alone = [booster.predict([row])[0] for row in rows]
    arrays = booster.predict([array("d", row) for row in rows])
    assert together == alone == arrays == expected.tolist()
    assert len(together[0]) == booster.n_outputs


@pytest.mark.parametrize("objective", [name for name in OBJECTIVES if name != "multiclass"])
@pytest.mark.parametrize("leaned", [False, True])
def test_contributions_are_those_of_lightgbm_and_add_up_to_the_prediction(objective: str, leaned: bool) -> None:
    rows = inputs()[:40]
    text = text_of(objective)
    booster = Booster(lean(text, counts=True) if leaned else text)
    expected = np.asarray(trained(objective).predict(rows, pred_contrib=True, num_threads=1))
    for row, one in zip(rows.tolist(), expected.tolist(), strict=True):
        found = booster.contributions(row)
        assert found == one
        assert sum(found) == pytest.approx(booster.predict([row])[0][0], abs=1e-9)


def test_inputs_are_named_in_order() -> None:
    booster = Booster(text_of("regression"))
    assert booster.input_names == tuple(f"input_{number}" for number in range(N_INPUTS))
    assert booster.n_inputs == N_INPUTS


def test_a_booster_of_other_inputs_than_expected_is_refused() -> None:
    assert Booster(text_of("regression"), n_inputs=N_INPUTS).n_inputs == N_INPUTS
    with pytest.raises(BundleError, match=f"got {N_INPUTS} inputs; expected {N_INPUTS + 1}"):
        Booster(text_of("regression"), n_inputs=N_INPUTS + 1)


def test_a_model_that_learned_nothing_predicts_a_constant() -> None:
    data = lightgbm.Dataset(inputs(), np.full(len(inputs()), 2.5))
    constant = lightgbm.train({"verbose": -1, "num_threads": 1}, data, 3)
    assert Booster(constant.model_to_string().encode()).predict([[0.0] * N_INPUTS]) == [[2.5]]


@given(st.lists(st.floats(width=64), min_size=N_INPUTS, max_size=N_INPUTS))
def test_any_numbers_are_answered_as_lightgbm_answers(row: list[float]) -> None:
    expected = np.asarray(trained("regression").predict(np.array([row]), num_threads=1))
    assert Booster(text_of("regression")).predict([row])[0] == expected.tolist()


def test_an_array_of_other_numbers_is_read_as_numbers() -> None:
    booster, row = Booster(text_of("regression")), [1.0, 2.0, -1.0, 0.0, 3.0, 1.0]
    for code in "fiq":
        numbers = array(code, row if code == "f" else map(int, row))
        assert booster.predict([numbers]) == booster.predict([row])
        assert booster.predict([numbers, numbers]) == booster.predict([row, row])


@pytest.mark.parametrize("rows", [[[0.0] * (N_INPUTS - 1)], [[0.0] * N_INPUTS, [0.0] * (N_INPUTS + 1)], [[]]])
def test_a_row_of_another_width_is_refused(rows: list[list[float]]) -> None:
    with pytest.raises(TasadorError, match="does not fit the model"):
        Booster(text_of("regression")).predict(rows)


def test_no_rows_have_no_predictions() -> None:
    assert Booster(text_of("regression")).predict([]) == []


def test_what_has_several_outputs_or_no_counts_is_not_split_among_inputs() -> None:
    for text in (text_of("multiclass"), lean(text_of("regression"), counts=False)):
        with pytest.raises(TasadorError, match="not split"):
            Booster(text).contributions([0.0] * N_INPUTS)


def test_a_lean_text_says_no_more_than_predicting_needs() -> None:
    text = text_of("regression")
    whole, counted, bare = text, lean(text, counts=True), lean(text, counts=False)
    assert len(whole) > len(counted) > len(bare)
    assert counted.count(b"leaf_count=") == counted.count(b"internal_count=") == counted.count(b"Tree=")
    assert b"_count" not in bare
    for line in (b"split_gain", b"leaf_weight", b"internal_value", b"internal_weight", b"parameters"):
        assert (line in whole, line in counted) == (True, False)
    by_the_package = lightgbm.Booster(model_str=bare.decode())
    assert np.array_equal(by_the_package.predict(inputs()), trained("regression").predict(inputs()))


def test_threads_share_a_booster() -> None:
    booster, rows = Booster(text_of("regression")), inputs().tolist()
    expected = [(booster.predict([row]), booster.contributions(row)) for row in rows]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            found = pool.map(lambda row: (booster.predict([row]), booster.contributions(row)), rows)
            assert list(found) == expected


def test_handles_are_freed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    freed: list[str] = []
    call = c_library.call

    def counted(name: str, *arguments: object) -> None:
        freed.extend([name] if name.endswith("Free") else [])
        call(name, *arguments)

    monkeypatch.setattr(c_library, "call", counted)
    Booster(text_of("regression"))
    gc.collect()
    assert sorted(freed) == ["LGBM_BoosterFree"] + ["LGBM_FastConfigFree"] * 2


@pytest.mark.parametrize(
    ("pattern", "to", "says"),
    [
        ("^version=v4", "version=v5", "another format"),
        ("^max_feature_idx=5", "max_feature_idx=4", "not as many"),
        ("^num_class=1", "num_class=2", "classes"),
        ("^objective=.*", "objective=", "cannot be read"),
        ("^num_cat=0", "num_cat=1", "numeric splits"),
        ("^is_linear=0", "is_linear=1", "constant leaves"),
        ("^split_feature=.", "split_feature=6", "unknown inputs"),
        ("^split_feature=. ", "split_feature=", "wrong lengths"),
        ("^threshold=[^ ]*", "threshold=nan", "not the text of a tree"),
        ("^leaf_value=[^ ]*", "leaf_value=inf", "not the text of a tree"),
        ("^left_child=[^ ]*", "left_child=0", "no tree"),
        ("^left_child=[^ ]*", "left_child=99", "no tree"),
        ("^num_leaves=8", "num_leaves=9", "wrong lengths"),
        ("^shrinkage=1$", "shrinkage=1\nshrinkage=1", "not the text of a tree"),
        ("^end of trees", "end", "not found"),
    ],
)
def test_a_damaged_line_is_named(pattern: str, to: str, says: str) -> None:
    bad = changed(pattern, to) if pattern != "^end of trees" else text_of("regression").replace(b"end of trees", b"end")
    with pytest.raises(BundleError, match=says):
        Booster(bad)


@pytest.mark.parametrize("text", [b"", b"tree", b"tree\n", b"\0" * 100, random.Random(1).randbytes(2_000)])
def test_what_is_no_model_is_refused(text: bytes) -> None:
    with pytest.raises(BundleError, match="damaged"):
        Booster(text)


@pytest.mark.parametrize("objective", ["regression", "multiclass"])
def test_a_text_that_was_altered_anywhere_never_ends_the_process(objective: str, tmp_path: Path) -> None:
    path = tmp_path / "booster.txt"
    path.write_bytes(text_of(objective))
    ran = subprocess.run(
        [sys.executable, "-c", DAMAGE, str(path), "1", "400"], capture_output=True, text=True, errors="replace"
    )
    assert ran.returncode == 0, ran.stderr[-500:]
    assert int(ran.stdout) > 200


def test_predicting_imports_neither_the_package_nor_numpy(tmp_path: Path) -> None:
    path = tmp_path / "booster.txt"
    path.write_bytes(text_of("regression"))
    code = (
        "import sys; from pathlib import Path; from tasador.appraisal.booster import Booster\n"
        "Booster(Path(sys.argv[1]).read_bytes()).predict([[0.0] * 6])\n"
        "print([name for name in ('lightgbm', 'numpy', 'scipy', 'pandas', 'polars') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_without_lightgbm_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    c_library.library.cache_clear()
    monkeypatch.setattr(c_library, "find_spec", lambda _: None)
    with pytest.raises(TasadorError, match=r"pip install 'tasador\[serve\]'"):
        Booster(text_of("regression"))


def test_a_library_that_does_not_load_is_not_blamed_on_the_bundle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "lib_lightgbm.so"
    broken.write_bytes(b"no library")
    c_library.library.cache_clear()
    monkeypatch.setattr(c_library, "_path", lambda: broken)
    with pytest.raises(TasadorError, match="does not load") as error:
        Booster(text_of("regression"))
    assert not isinstance(error.value, BundleError)


def test_a_package_without_its_library_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ModuleSpec("lightgbm", None, is_package=True)
    assert spec.submodule_search_locations is not None
    spec.submodule_search_locations.append(str(tmp_path))
    c_library.library.cache_clear()
    monkeypatch.setattr(c_library, "find_spec", lambda _: spec)
    with pytest.raises(TasadorError, match="without its library"):
        Booster(text_of("regression"))
