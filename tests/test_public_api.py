from __future__ import annotations

import pytest

import tasador


def test_every_exported_name_is_there() -> None:
    for name in tasador.__all__:
        assert getattr(tasador, name).__name__ == name


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tasador.nothing
