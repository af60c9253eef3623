"""A booster's text with what answering needs: half as long to keep, to check and to read as what LightGBM writes."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["lean"]

_END: Final = b"end of trees\n"
_TREE: Final = re.compile(rb"^(?=Tree=)", re.MULTILINE)
_SIZES: Final = re.compile(rb"^tree_sizes=.*$", re.MULTILINE)

#: Lines of a tree that no prediction needs, and those that only its split among the inputs does.
_NEEDLESS: Final = rb"split_gain|leaf_weight|internal_value|internal_weight"
_COUNTS: Final = rb"leaf_count|internal_count"


def lean(model: bytes, *, counts: bool) -> bytes:
    """Leave out what is not needed to predict, such as the gains of splits and the parameters of the fit.

    Args:
        model: What LightGBM's `model_to_string` gives.
        counts: Whether predictions are to be split among the inputs, for which rows are counted.

    Returns:
        A text that LightGBM reads, and that predicts the same to the last bit.
    """
    left_out = _NEEDLESS if counts else _NEEDLESS + b"|" + _COUNTS
    lines = re.compile(rb"^(?:" + left_out + rb")=.*\n", re.MULTILINE)
    header, *trees = _TREE.split(lines.sub(b"", model[: model.index(_END)]))
    sizes = b" ".join(b"%d" % len(tree) for tree in trees)
    return b"".join((_SIZES.sub(b"tree_sizes=" + sizes, header), *trees, _END))
