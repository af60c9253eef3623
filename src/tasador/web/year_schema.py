"""What the statistics of release years look like, for OpenAPI; the answers themselves are made as bytes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, Field

from tasador.contracts.vocabulary import KINDS, SENTIMENTS

__all__ = [
    "AllYears",
    "Genres",
    "Kind",
    "Prices",
    "Sentiments",
    "Specs",
    "Tags",
    "TopRated",
    "Year",
]

Kind: TypeAlias = Literal[KINDS]  # type: ignore[valid-type]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Money: TypeAlias = Annotated[
    str, Field(pattern=r"^\d+\.\d{2}$", description="An amount in `currency`, a decimal number.", examples=["9.99"])
]
Share: TypeAlias = Annotated[
    float | None, Field(ge=0, le=1, description="Rounded to four decimals; null where it would be of nothing.")
]


class PaidPrices(BaseModel):
    """Prices of the paid entries of a group; null where it has none.

    Quantiles are linear between order statistics (type 7 of Hyndman and Fan), rounded to the cent, half a cent up.
    """

    n: Count = Field(description="The paid entries, which the figures rest on.")
    p10: Money | None
    p25: Money | None
    median: Money | None
    p75: Money | None
    p90: Money | None
    share_at_least_20_usd: Share = Field(description="Of the paid entries, those at 20.00 or more: not 19.99.")


class Asked(BaseModel):
    """What was asked for."""

    snapshot: str = Field(description="The snapshot of the catalogue that the figures are of.")
    currency: Literal["USD"]
    kind: Kind | None = Field(description="Null is all kinds.")
    paid: bool = Field(description="Whether entries that are free, or of unknown price, are left out.")


class OfAYear(Asked):
    """What was asked for of a year."""

    year: int
    n: Count = Field(description="The entries.")


class Priced(BaseModel):
    """How many entries are free, and what the others cost."""

    n_priced: Count = Field(description="Entries whose price is known.")
    n_free: Count
    share_free: Share = Field(description="Of those whose price is known.")
    price: PaidPrices


class Summary(Priced):
    """A year."""

    year: int
    n: Count = Field(description="The entries.")
    n_by_kind: dict[str, int] = Field(description="Kinds that it has none of are left out.")
    n_early_access: Count
    share_early_access: Share = Field(description="Of the entries.")


class AllYears(Asked):
    """The years that have such entries."""

    n: Count = Field(description="The entries of all years.")
    first_year: int | None
    last_year: int | None
    years: list[Summary]


class Year(Asked, Summary):
    """A year, summed up."""


class Label(BaseModel):
    """A genre, spec or tag."""

    name: str
    n: Count = Field(description="Entries that have it.")
    share: Share = Field(description="Of the entries of the year; an entry may have several.")
    price: PaidPrices


class Labelled(OfAYear):
    """Labels, the commonest first; of equals by name."""

    n_distinct: Count = Field(description="How many labels there are, of which the list has the first.")


class Genres(Labelled):
    """The year's genres."""

    genres: list[Label]


class Specs(Labelled):
    """The year's specs, the store's features."""

    specs: list[Label]


class Tags(Labelled):
    """The year's tags by users, which are given after release."""

    tags: list[Label]


class Sentiment(BaseModel):
    """A summary of user reviews."""

    name: Literal[SENTIMENTS]  # type: ignore[valid-type]
    n: Count
    share: Share = Field(description="Of the entries that have a summary.")


class Sentiments(OfAYear):
    """The store's summaries of user reviews, best first."""

    n_with_sentiment: Count
    sentiments: list[Sentiment] = Field(description="All nine, unless `limit` is less; empty where no entry has one.")


class Entry(BaseModel):
    """An entry of the catalogue."""

    app_id: int
    name: str
    kind: Kind
    price: Money | None = Field(description="0.00 is free, null unknown.")


class Scored(Entry):
    """An entry by its critics' score."""

    metascore: Annotated[int, Field(ge=0, le=100)]


class Reviewed(Entry):
    """An entry by its user reviews."""

    n_reviews: int
    share_positive: Annotated[float, Field(ge=0, le=1)]
    share_positive_at_least: Annotated[float, Field(ge=0, le=1)] = Field(
        description="The lower end of the share's 95 % interval (Wilson, 1927), which the order goes by: few reviews "
        "say little."
    )


class TopRated(OfAYear):
    """The best rated entries, best first; of equals by name."""

    n_with_metascore: Count
    by_metascore: list[Scored]
    n_with_reviews: Count = Field(description="0 where the source does not count positive and negative reviews.")
    by_reviews: list[Reviewed]


class PriceCount(BaseModel):
    """A price that entries have."""

    price: Money
    n: Count
    share: Share = Field(description="Of the paid entries.")
    share_at_least: Share = Field(description="Of the paid entries, those at this price or more.")


class Prices(OfAYear, Priced):
    """What entries of the year cost."""

    n_distinct: Count = Field(description="How many prices there are, of which the list has the first.")
    price_points: list[PriceCount] = Field(description="The commonest first; of equals the lower.")
