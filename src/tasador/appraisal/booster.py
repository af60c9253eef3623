"""A gradient-boosted model, predicting through LightGBM's C library."""

from __future__ import annotations

import ctypes
import weakref
from array import array
from collections.abc import Callable, Sequence
from typing import Final

from tasador.appraisal import c_library, model_text
from tasador.errors import BundleError, TasadorError

__all__ = ["Booster"]

#: Kinds of prediction and of numbers, as `LightGBM/c_api.h` counts them.
_RAW: Final = 1
_CONTRIBUTIONS: Final = 3
_DOUBLE: Final = 1
_DOUBLE_BYTES: Final = 8

#: From the first tree to the last.
_ALL_TREES: Final = (0, -1)

#: NOTE: a row takes microseconds, so that waking threads for some costs more than it saves.
_PARAMETERS: Final = b"num_threads=1"


class Booster:
    """A gradient-boosted model. Threads may share one: LightGBM lets them in one by one.

    Args:
        model: The text that LightGBM's `model_to_string` gives; of its inputs none may be categorical.
        n_inputs: How many inputs it must have; None where its reader takes what comes.

    Attributes:
        input_names: Names of the inputs, in the order of a row.
        n_inputs: Number of inputs.
        n_outputs: Number of classes; 1 where there are none.
        is_additive: Whether a prediction can be split among the inputs.

    Raises:
        BundleError: The text is damaged, not one that Tasador's models have, or of another number of inputs.
        TasadorError: LightGBM is not installed.
    """

    def __init__(self, model: bytes, *, n_inputs: int | None = None) -> None:
        checked = model_text.read(model)
        if n_inputs not in (None, len(checked.input_names)):
            raise BundleError(
                "the booster has other inputs than the bundle's features",
                got=f"{len(checked.input_names)} inputs",
                expected=str(n_inputs),
                do="Train again; do not use this bundle.",
            )
        self.input_names = checked.input_names
        self.n_inputs = len(checked.input_names)
        self.n_outputs = checked.n_outputs
        self.is_additive = checked.has_counts and checked.n_outputs == 1
        self._handle = _load(checked.text)
        weakref.finalize(self, c_library.call, "LGBM_BoosterFree", self._handle)
        self._single_row = {kind: self._fast(kind) for kind in (_RAW, *([_CONTRIBUTIONS] if self.is_additive else []))}

    def predict(self, rows: Sequence[Sequence[float]]) -> list[list[float]]:
        """Predict the sums over the trees for rows; NaN is an input that is unknown.

        Args:
            rows: Arrays of doubles are taken as they are; other sequences are copied first.

        Returns:
            For each row, `n_outputs` numbers.

        Raises:
            TasadorError: A row has not `n_inputs` numbers.
        """
        if len(rows) == 1:
            return [self._one(rows[0], _RAW, self.n_outputs, c_library.call_at_once)]
        return self._many(rows)

    def contributions(self, row: Sequence[float]) -> list[float]:
        """Split the sum over the trees among the inputs, by TreeSHAP (Lundberg et al., 2020).

        Returns:
            One number for each input, and last the base: the mean over the training rows. They add up to the raw
            prediction.

        Raises:
            TasadorError: The row has not `n_inputs` numbers, or the model cannot be split.
        """
        if not self.is_additive:
            raise TasadorError(
                "the predictions of this booster are not split among inputs",
                got=f"{self.n_outputs} outputs",
                expected="one output, and how many training rows came to each node",
            )
        return self._one(row, _CONTRIBUTIONS, self.n_inputs + 1, c_library.call)

    def _one(self, row: Sequence[float], kind: int, n_numbers: int, call: Callable[..., None]) -> list[float]:
        numbers = _doubles(row)
        self._check_width(numbers)
        out = array("d", bytes(_DOUBLE_BYTES * n_numbers))
        n_written = ctypes.c_int64()
        call(
            "LGBM_BoosterPredictForMatSingleRowFast",
            self._single_row[kind],
            numbers.buffer_info()[0],
            ctypes.byref(n_written),
            out.buffer_info()[0],
        )
        return out.tolist()

    def _many(self, rows: Sequence[Sequence[float]]) -> list[list[float]]:
        if not rows:
            return []
        arrays = [_doubles(row) for row in rows]
        for row in arrays:
            self._check_width(row)
        numbers = b"".join(arrays)
        out = array("d", bytes(_DOUBLE_BYTES * len(rows) * self.n_outputs))
        row_major, n_written = 1, ctypes.c_int64()
        c_library.call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            numbers,
            *(_DOUBLE, len(rows), self.n_inputs, row_major, _RAW, *_ALL_TREES, _PARAMETERS),
            ctypes.byref(n_written),
            out.buffer_info()[0],
        )
        flat = out.tolist()
        return [flat[start : start + self.n_outputs] for start in range(0, len(flat), self.n_outputs)]

    def _check_width(self, row: Sequence[float]) -> None:
        # NOTE: LightGBM reads this many numbers whether or not they are there.
        if len(row) != self.n_inputs:
            raise TasadorError("the row does not fit the model", got=f"{len(row)} inputs", expected=str(self.n_inputs))

    def _fast(self, kind: int) -> ctypes.c_void_p:
        """Prepare the call for one row; LightGBM locks it against threads."""
        found = ctypes.c_void_p()
        c_library.call(
            "LGBM_BoosterPredictForMatSingleRowFastInit",
            self._handle,
            *(kind, *_ALL_TREES, _DOUBLE, self.n_inputs, _PARAMETERS),
            ctypes.byref(found),
        )
        weakref.finalize(self, c_library.call, "LGBM_FastConfigFree", found)
        return found


def _doubles(row: Sequence[float]) -> array[float]:
    return row if isinstance(row, array) and row.typecode == "d" else array("d", row)


def _load(text: bytes) -> ctypes.c_void_p:
    handle, n_iterations = ctypes.c_void_p(), ctypes.c_int()
    c_library.library()
    # NOTE: the library is there, so what fails now is the text.
    try:
        c_library.call("LGBM_BoosterLoadModelFromString", text, ctypes.byref(n_iterations), ctypes.byref(handle))
    except TasadorError as error:
        raise BundleError(
            "LightGBM does not read the booster", got=error.got, do="Train again; do not use this bundle."
        ) from error
    return handle
