"""What the accuracy tables look like, for OpenAPI; the answers themselves are made as bytes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

__all__ = ["Accuracy", "Calibration", "ModelVersion"]

Part: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class ModelVersion(BaseModel):
    """The model version that answers."""

    version: str
    snapshot: str = Field(description="The snapshot that it learned from.")
    learned_until: date = Field(description="The newest release that it learned from.")


class Errors(BaseModel):
    """How far predictions are off, on rows that the model which made them had not seen."""

    n: int
    rmse_usd: float = Field(description="Root of the mean squared error, taken once.")
    rmse_up_to_100_usd: float | None = Field(description="The same over entries of at most 100 dollars.")
    mae_usd: float = Field(description="Mean absolute error.")
    mae_up_to_100_usd: float | None
    median_ae_usd: float = Field(description="Median absolute error.")
    rmsle: float = Field(description="Root mean squared error of log(1 + price).")
    mdape: float = Field(description="Median absolute error as a share of the price.")
    within_10_percent: Part = Field(description="Share of predictions no farther off.")
    within_20_percent: Part
    within_50_percent: Part
    exact: Part = Field(description="Share of predictions that, rounded to the cent, are the price.")


class Ratios(BaseModel):
    """A ratio study: prediction over price. Definitions: IAAO, Standard on Ratio Studies."""

    n: int
    median_ratio: float
    cod: float | None = Field(description="Coefficient of dispersion, in percent.")
    prd: float | None = Field(description="Price-related differential.")
    prb: float | None = Field(description="Price-related bias.")
    prb_low: float | None
    prb_high: float | None


class MeasureInterval(BaseModel):
    """A measure with its 95 % interval, by bootstrap over families of developers."""

    estimate: float
    low: float
    high: float


class Coverage(BaseModel):
    """What became of the intervals of a level."""

    level: int = Field(description="What they promise, in percent.")
    n: int
    covered: Part = Field(description="Share of prices within.")
    below: Part = Field(description="Share of prices below.")
    above: Part
    median_ratio: float = Field(description="Median of upper over lower end.")


class Candidate(BaseModel):
    """What one candidate's predictions are worth."""

    errors: Errors
    ratios: Ratios
    intervals: dict[str, MeasureInterval]


class Answered(BaseModel):
    """What the model answers, and how good what it withholds would be."""

    n_answered: int
    n_too_wide: int = Field(
        description="Withheld since the interval is too wide for a single price, and for no other reason."
    )
    n_not_judged: int = Field(description="Withheld since there is nothing to judge by.")
    answered: Errors | None
    withheld: Errors | None


class Scope(BaseModel):
    """The figures of some of a split's rows."""

    n: int
    candidates: dict[str, Candidate] = Field(description="`model`, and what it is measured beside.")
    coverage: dict[str, Coverage] = Field(description="By level in percent.")
    coverage_without_app_id: dict[str, Coverage] = Field(
        description="The same where it was not told the app id, as most requests do not tell it."
    )
    answers: Answered | None


class Split(BaseModel):
    """The figures of a way to part the catalogue in training and test."""

    says: str
    n_train: int | None
    n_test: int
    n_near_twins: int = Field(description="Test rows that have a near twin in training.")
    scopes: dict[str, Scope] = Field(
        description="`game` and each other kind: without near twins. `all`: every test row, near twins included."
    )


class Group(BaseModel):
    """The model's figures over a group of rows."""

    keys: dict[str, str | int] = Field(description="What its rows have in common; nothing for small groups together.")
    n: int
    errors: Errors
    intervals: dict[str, MeasureInterval]
    ratios: Ratios
    coverage: dict[str, Coverage]
    baseline_mdape: dict[str, float] = Field(description="`mdape` of the other candidates on the same rows.")


class Breakdown(BaseModel):
    """The model's figures by group; price bands are of the true price."""

    groups: list[Group]
    n_small: int = Field(description="Groups too small for figures of their own.")
    small: Group | None = Field(description="Those together.")


class ReliabilityBin(BaseModel):
    """Predictions that are about equally probable."""

    n: int
    predicted: Part = Field(description="Mean of the probabilities given.")
    observed: Part = Field(description="Share that came true.")


class PricePoints(BaseModel):
    """Whether the probabilities of price points come true, of all price points of all games."""

    n: int
    calibration_error: float
    reliability: list[ReliabilityBin]


class Free(PricePoints):
    """How well free and paid entries are told apart."""

    share_free: Part
    auc: Part = Field(description="Area under the ROC curve.")
    auc_games: Part | None = Field(description="The same over games; null where too few are free.")
    auc_without_giveaways: Part = Field(description="The same without the labels that nearly say that a game is free.")
    brier: float = Field(description="Brier score.")


class Accuracy(BaseModel):
    """The accuracy tables of the version, as `accuracy.md` in its bundle shows them."""

    model: ModelVersion
    headline: str = Field(description="The split whose figures come first.")
    splits: dict[str, Split]
    breakdowns: dict[str, Breakdown] = Field(description="The headline's rows, by kind and what the name says.")
    reliability: list[ReliabilityBin] = Field(description="Of the suggested price points of games, on the headline.")
    price_points: dict[str, PricePoints] | None = Field(default=None, description="By split.")
    free: dict[str, Free] | None = Field(default=None, description="By split.")


class Level(BaseModel):
    """What became of the intervals of a level."""

    level: Part = Field(description="What they promise.")
    covered: Part = Field(description="Share of prices within: it should be the level.")
    below: Part = Field(description="Share of prices below.")
    above: Part
    median_ratio: float = Field(description="Median of upper over lower end: how wide they are.")


class GroupCoverage(BaseModel):
    """What became of a group's intervals."""

    by: str = Field(
        description="`scope`, or what tells the groups apart: `developer`, `year`, `price_band` (the true)."
    )
    group: dict[str, str | int] = Field(
        description="What its rows have in common. Scopes are the kinds, without near twins of training rows; `all` is "
        "every test row."
    )
    told_app_id: bool = Field(description="Whether the model was told the app id; most requests do not tell it.")
    n: int
    levels: list[Level]


class Suggested(BaseModel):
    """Whether the probabilities of suggested price points come true."""

    reliability: list[ReliabilityBin]


class Probabilities(BaseModel):
    """Whether probabilities come true."""

    suggested_price_point: Suggested
    price_points: PricePoints | None = None
    free: Free | None = None


class Calibration(BaseModel):
    """Whether the version's intervals and probabilities come true, on a period after all that it learned from."""

    model: ModelVersion
    split: str
    says: str = Field(description="How the rows were parted.")
    intervals: list[GroupCoverage]
    probabilities: Probabilities
