"""The check of a booster's text, before LightGBM reads it.

LightGBM trusts its text: one that is cut or altered ends the process, reads memory that is not its own, or loops for
ever, as often as it is refused. So whatever its reader relies on is looked at first: every number is one, every array
has its length, every tree is a tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from math import inf
from operator import lt
from typing import Final

from tasador.errors import BundleError

__all__ = ["ModelText", "read"]

_DO: Final = "Train again; do not use this bundle."
_VERSION: Final = "v4"
_END: Final = b"end of trees\n"

#: A number as LightGBM writes it, and one that a leaf may hold. Possessive: a megabyte of them is read in milliseconds.
_DIGITS: Final = r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+"
_NUMBER: Final = rf"(?:{_DIGITS}(?:e[-+][0-9]{{2,3}}+)?+|-?+inf)"
_BOUNDED: Final = rf"{_DIGITS}(?:e(?:-[0-9]{{2,3}}+|\+[0-9]{{2}}+))?+"
_COUNT: Final = "[0-9]{1,9}+"


def _several(one: str) -> str:
    return rf"((?:{one}(?: {one})*+)?+)"


#: A tree of numeric splits and constant leaves: Tasador's models have no others. What its nodes ask for, decide and
#: lead to is looked at by `_check_tree`. Of the rest LightGBM needs thresholds and leaves to predict, and counts to
#: split a prediction among inputs.
_TREE: Final = re.compile(
    r"Tree=([0-9]++)\nnum_leaves=([1-9][0-9]{0,6}+)\nnum_cat=0\nsplit_feature=([0-9 ]*+)\n"
    rf"(?:split_gain={_several(_NUMBER)}\n)?+threshold={_several(_NUMBER)}\n"
    r"decision_type=([0-9 ]*+)\nleft_child=([-0-9 ]*+)\nright_child=([-0-9 ]*+)\n"
    rf"leaf_value={_several(_BOUNDED)}\n(?:leaf_weight={_several(_NUMBER)}\n)?+"
    rf"(?:leaf_count={_several(_COUNT)}\n)?+(?:internal_value={_several(_NUMBER)}\n)?+"
    rf"(?:internal_weight={_several(_NUMBER)}\n)?+(?:internal_count={_several(_COUNT)}\n)?+"
    rf"is_linear=0\nshrinkage={_BOUNDED}\n\n\n"
)

#: Numbers that are counts.
_COUNTS_ONLY: Final = re.compile(r"[0-9 ]+")

#: An objective and its parameters, such as `multiclass num_class:30`.
_OBJECTIVE: Final = re.compile(r"[a-z_0-9]+(?: [a-z_]+(?::[-+.0-9e]+)?)*")

#: What the beginning says in whole numbers, and what else it may say.
_HEADER_COUNTS: Final = ("num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "tree_sizes")
_HEADER_TEXTS: Final = ("version", "objective", "feature_names", "monotone_constraints", "feature_infos")

#: Bits of `decision_type` other than "by category": default left, and how a missing value is told.
_DECISIONS: Final = frozenset({"0", "2", "4", "6", "8", "10"})


@dataclass(frozen=True, slots=True)
class ModelText:
    """A text that LightGBM can read.

    Attributes:
        text: Up to the last tree: what comes after, such as the parameters of the fit, is not needed to predict.
        input_names: Names of the inputs, in order; `Column_0` and so on where the fit gave none.
        n_outputs: 1, or the number of classes.
        has_counts: Whether it says how many training rows came to each node, so that predictions can be split.
    """

    text: bytes
    input_names: tuple[str, ...]
    n_outputs: int
    has_counts: bool


def read(model: bytes) -> ModelText:
    """Check a booster's text.

    Raises:
        BundleError: It is not what LightGBM 4 writes for numeric inputs and constant leaves, or is damaged.
    """
    try:
        whole = model[: model.index(_END) + len(_END)]
        text = whole.decode("ascii")
        start = text.index("\nTree=0\n") + 1
        header, sizes = _header(text[:start])
        names = tuple(header["feature_names"].split(" "))
        n_outputs = int(header["num_class"])
        _require(int(header["max_feature_idx"]) == len(names) - 1, "names that are not as many as its inputs")
        _require(int(header["num_tree_per_iteration"]) == n_outputs, "several trees for an output")
        _require(n_outputs > 0 and len(sizes) % n_outputs == 0, "an iteration that is not whole")
        inputs = {str(number) for number in range(len(names))}
        has_counts = True
        for number, size in enumerate(sizes):
            tree = _TREE.fullmatch(text, start, start + size)
            if tree is None or tree[1] != str(number):
                raise _damaged(f"tree {number} is not the text of a tree with numeric splits and constant leaves")
            has_counts &= _check_tree(tree, inputs)
            start += size
        _require(text[start:] == _END.decode(), "something between the last tree and the end")
    except BundleError:
        raise
    except (ValueError, KeyError) as error:
        raise _damaged(str(error) or type(error).__name__) from error
    return ModelText(whole, names, n_outputs, has_counts)


def _header(text: str) -> tuple[dict[str, str], list[int]]:
    """Read the lines before the first tree: the values by key, and the length of each tree's text."""
    first, *lines = text.strip("\n").split("\n")
    header = dict(line.split("=", 1) for line in lines)
    known = len(header) == len(lines) and header.keys() <= {*_HEADER_COUNTS, *_HEADER_TEXTS}
    _require(first == "tree" and known, "a beginning that is not a model's")
    if header["version"] != _VERSION:
        raise BundleError(
            "the booster is written in another format",
            got=f"version {header['version']!r}",
            expected=f"version {_VERSION!r}, as LightGBM 4 writes it",
            do="Use the Tasador version that wrote it, or train again with this one.",
        )
    _require(all(_COUNTS_ONLY.fullmatch(header[key]) for key in _HEADER_COUNTS), "counts that are no numbers")
    objective, classes = header.get("objective"), header["num_class"]
    named = objective is None or _OBJECTIVE.fullmatch(objective) is not None
    _require(named and "\0" not in text and "\r" not in text, "an objective or names that cannot be read")
    stated = re.findall(r"num_class:(\S*)", objective or "")
    _require(stated == ([] if classes == "1" else [classes]), "classes that differ from its objective's")
    sizes = [int(size) for size in header["tree_sizes"].split(" ")]
    _require(min(sizes) > 0, "a tree without text")
    return header, sizes


def _check_tree(tree: re.Match[str], inputs: set[str]) -> bool:
    """Check that arrays have their lengths, and that nodes ask for inputs and are one tree; tell if it has counts."""
    number, leaves, features, gains, thresholds, decisions, left, right, values, *more = tree.groups()
    n_leaves = int(leaves)
    if n_leaves == 1:
        # NOTE: of a tree with one leaf LightGBM reads that leaf's value alone.
        _require(_length(values) == 1, f"tree {number} has arrays of wrong lengths")
        return True
    leaf_weights, leaf_counts, node_values, node_weights, node_counts = more
    of_nodes = (features, gains, thresholds, decisions, left, right, node_values, node_weights, node_counts)
    whole = all(array is None or _length(array) == n_leaves - 1 for array in of_nodes) and all(
        array is None or _length(array) == n_leaves for array in (values, leaf_weights, leaf_counts)
    )
    _require(whole, f"tree {number} has arrays of wrong lengths")
    _require(inputs.issuperset(features.split(" ")), f"tree {number} asks for unknown inputs")
    _require(_DECISIONS.issuperset(decisions.split(" ")), f"tree {number} has unknown decisions")
    _require(_is_tree(left.split(" "), right.split(" ")), f"the nodes of tree {number} are no tree")
    return leaf_counts is not None and node_counts is not None


def _length(values: str) -> int:
    return values.count(" ") + bool(values)


def _is_tree(left: list[str], right: list[str]) -> bool:
    """Whether every node but the root and every leaf is the child of one earlier node; ~i stands for leaf i."""
    places = _places(len(left))
    if {*left, *right} != places.keys():
        return False
    later = (map(lt, count(), map(places.__getitem__, children)) for children in (left, right))
    return all(map(all, later))


@lru_cache(maxsize=256)
def _places(n_nodes: int) -> dict[str, float]:
    """Say of each child that there must be after which node's place it stands: a leaf after any."""
    return {str(child): child if child > 0 else inf for child in range(-n_nodes - 1, n_nodes) if child}


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001
    if not holds:
        raise _damaged(otherwise)


def _damaged(seen: str) -> BundleError:
    return BundleError("the booster's text is damaged", got=seen, expected="a model as LightGBM writes it", do=_DO)
