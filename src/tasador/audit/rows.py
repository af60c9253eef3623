"""Rows with true prices, and which of their columns means what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import BaseModel, ConfigDict

from tasador.errors import TasadorError, UnknownValueError

__all__ = ["Roles", "Rows"]

Mask = npt.NDArray[np.bool_]

#: By what names columns are known where none is told.
_USUAL: Final = {
    "price": ("price_usd", "price"),
    "predicted": ("predicted_usd", "predicted", "prediction"),
    "split": ("split",),
    "app_id": ("app_id", "appid", "id"),
    "name": ("name", "app_name", "title"),
    "kind": ("kind", "type"),
    "developer": ("developer",),
    "release_date": ("release_date",),
}

#: What the sides of a split are called.
_TRAIN: Final = frozenset({"train", "training"})
_TEST: Final = frozenset({"test", "held_out", "holdout"})


class Roles(BaseModel):
    """The columns that mean something to the checks; None where there is none, or they have their usual names.

    Attributes:
        price: The true price.
        predicted: What the model predicted.
        split: `train` or `test`.
        app_id: What tells one game from another.
        name: Its name.
        kind: game, dlc…
        developer: Who made it.
        release_date: When it came out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    price: str | None = None
    predicted: str | None = None
    split: str | None = None
    app_id: str | None = None
    name: str | None = None
    kind: str | None = None
    developer: str | None = None
    release_date: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the training and test side, or of one whose side nobody told.

    Attributes:
        frame: The rows.
        roles: What their columns mean.
    """

    frame: pl.DataFrame
    roles: Roles

    @classmethod
    def of(cls, frame: pl.DataFrame, told: Roles | None = None) -> Rows:
        """Find what the columns mean: as told, or else by their usual names.

        Raises:
            UnknownValueError: A column that was told is not there.
            TasadorError: There is no price, or the split has other sides than training and test.
        """
        told = told or Roles()
        chosen: dict[str, str | None] = {}
        for role, usual in _USUAL.items():
            name = getattr(told, role)
            if name is not None and name not in frame.columns:
                raise UnknownValueError(f"the rows' column for {role}", name, frame.columns, do="Mend the name.")
            chosen[role] = name or next((one for one in usual if one in frame.columns), None)
        roles = Roles(**chosen)
        _check(frame, roles)
        return cls(frame, roles)

    def parted(self, trained_until: date) -> Rows:
        """Tell the sides by the release date, where no column tells them.

        Raises:
            TasadorError: The rows have no release date.
        """
        if self.roles.split is not None:
            return self
        days = self.days
        if days is None:
            raise TasadorError(
                "the rows tell neither their side nor their release date",
                where="trained_until",
                got=f"the columns {', '.join(self.frame.columns)}",
                expected="a column `split` or `release_date`",
                do='Name it in the template: [rows] release_date = "…".',
            )
        side = pl.when(days <= trained_until).then(pl.lit("train")).when(days > trained_until).then(pl.lit("test"))
        return Rows.of(self.frame.select(pl.all(), split=side), self.roles)

    @property
    def days(self) -> pl.Series | None:
        """The release dates; None where there is no such column."""
        if self.roles.release_date is None:
            return None
        column = self.frame[self.roles.release_date]
        return column.cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)

    @property
    def prices(self) -> npt.NDArray[np.float64]:
        """The true prices; NaN where there is none."""
        return _numbers(self.frame, self.roles.price)

    @property
    def predicted(self) -> npt.NDArray[np.float64]:
        """The predictions that came with the rows; NaN where there are none."""
        return _numbers(self.frame, self.roles.predicted)

    @property
    def train(self) -> Mask:
        """Which rows are known to be training rows."""
        return self._on(_TRAIN)

    @property
    def test(self) -> Mask:
        """Which rows are test rows: all, where nothing tells the sides."""
        return np.ones(self.frame.height, bool) if self.roles.split is None else self._on(_TEST)

    @property
    def sided(self) -> bool:
        """Whether both sides are there."""
        return bool(self.train.any() and self.test.any())

    def _on(self, names: frozenset[str]) -> Mask:
        if self.roles.split is None:
            return np.zeros(self.frame.height, bool)
        return (
            self.frame[self.roles.split]
            .cast(pl.String)
            .str.to_lowercase()
            .is_in(list(names))
            .fill_null(value=False)
            .to_numpy()
        )


def _numbers(frame: pl.DataFrame, column: str | None) -> npt.NDArray[np.float64]:
    if column is None:
        return np.full(frame.height, np.nan)
    return frame[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _check(frame: pl.DataFrame, roles: Roles) -> None:
    if roles.price is None:
        raise TasadorError(
            "the rows have no true prices",
            where="rows",
            got=f"the columns {', '.join(frame.columns)}",
            expected=f"a column called {' or '.join(_USUAL['price'])}",
            do='Name it in the template: [rows] price = "…".',
        )
    if not np.isfinite(_numbers(frame, roles.price)).any():
        raise TasadorError("no row has a true price", where=roles.price, expected="numbers", do="Name another column.")
    if roles.split is None:
        return
    sides = frame[roles.split].cast(pl.String).str.to_lowercase().drop_nulls().unique().sort().to_list()
    strange = [side for side in sides if side not in _TRAIN | _TEST]
    if strange:
        raise UnknownValueError(
            f"the side in {roles.split}", strange[0], ["train", "test"], do="Call the sides so, or leave rows out."
        )
