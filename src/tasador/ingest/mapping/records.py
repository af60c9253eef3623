"""Records of a table as the raw fields want them, by a mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from tasador.ingest.mapping import values
from tasador.ingest.mapping.amounts import amount
from tasador.ingest.mapping.dates import iso_date
from tasador.ingest.mapping.model import (
    Condition,
    DateColumn,
    KindTable,
    ListColumn,
    MappingModel,
    NamesColumn,
    PlatformColumns,
    PriceTable,
    TextColumn,
    TruthColumn,
)
from tasador.ingest.mapping.paths import at

__all__ = ["reader"]

_Record: TypeAlias = Mapping[str, Any]
_Get: TypeAlias = Callable[[_Record], Any]

#: Fields that are whole numbers.
_WHOLE: Final = ("id", "base_app_id", "required_age", "metascore", "positive_reviews", "negative_reviews", "owners")

#: What a genre or tag says of an entry that is sold before it is finished.
_EARLY_ACCESS: Final = "Early Access"


def reader(model: MappingModel) -> Callable[[_Record], dict[str, Any]]:
    """Make the function that reads a record by the names of `FIELDS`.

    Where the mapping does not say what is early access, a genre or tag of that name does.
    """
    getters: dict[str, _Get] = {}
    for field in type(model.columns).model_fields:
        told = getattr(model.columns, field)
        if told is not None:
            getters[field] = _getter(field, told)
    if model.price is not None:
        getters |= _price_getters(model.price)
    if model.kind is not None:
        getters["kind"] = _kind_getter(model.kind)
    constants = {name: value for name, value in model.constants.model_dump(mode="json").items() if value is not None}
    by_label = "early_access" not in constants and "early_access" not in getters

    def read(record: _Record) -> dict[str, Any]:
        found = {field: get(record) for field, get in getters.items()} | constants
        if by_label:
            found["early_access"] = any(
                isinstance(labels, list) and _EARLY_ACCESS in labels
                for labels in (found.get("genres"), found.get("tags"))
            )
        return found

    return read


def _getter(field: str, told: TextColumn | PlatformColumns | TruthColumn) -> _Get:
    # NOTE: a class comes before the one that it is made from.
    match told:
        case TruthColumn():
            return _truth_getter(told)
        case PlatformColumns():
            return _platforms_getter(told)
        case NamesColumn():
            return _names_getter(told)
        case ListColumn():
            return lambda record: values.label_list(at(record, told.column), told)
        case DateColumn():
            return _date_getter(told)
        case _:
            return _text_getter(told, whole=field in _WHOLE)


def _text_getter(told: TextColumn, *, whole: bool) -> _Get:
    def get(record: _Record) -> Any:
        value = at(record, told.column)
        return values.text(values.whole_number(value) if whole else value, told.missing)

    return get


def _date_getter(told: DateColumn) -> _Get:
    def get(record: _Record) -> Any:
        value = values.text(at(record, told.column), told.missing)
        return iso_date(value, told.format) if isinstance(value, str) else value

    return get


def _names_getter(told: NamesColumn) -> _Get:
    def get(record: _Record) -> Any:
        value = values.label_list(at(record, told.column), told)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return ", ".join(value) or None
        return value

    return get


def _platforms_getter(told: PlatformColumns) -> _Get:
    if told.column is None:
        own = {name: column for name in ("windows", "mac", "linux") if (column := getattr(told, name)) is not None}

        def get_each(record: _Record) -> Any:
            return [name for name, column in own.items() if values.truth(at(record, column)) is True]

        return get_each
    column = told.column

    def get(record: _Record) -> Any:
        value = values.label_list(at(record, column), told)
        return list(map(values.platform, value)) if isinstance(value, list) else value

    return get


def _truth_getter(told: TruthColumn) -> _Get:
    if told.equals is None and told.contains is None:
        return lambda record: values.truth(at(record, told.column))
    return lambda record: values.holds(at(record, told.column), told)


def _price_getters(told: PriceTable) -> dict[str, _Get]:
    def price(column: str) -> _Get:
        def get(record: _Record) -> Any:
            value = values.text(at(record, column), told.missing)
            return amount(value, decimal=told.decimal, cents=told.unit == "cents")

        return get

    getters = {"price": price(told.column)}
    if told.current is not None:
        getters["current_price"] = price(told.current)
    if (column := told.currency_column) is not None:
        getters["currency"] = lambda record: _code(values.text(at(record, column), []))
    return getters


def _code(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _kind_getter(told: KindTable) -> _Get:
    tests: list[tuple[str, Condition]] = [
        (name, test) for name in type(told).model_fields if isinstance(test := getattr(told, name), Condition)
    ]

    def get(record: _Record) -> Any:
        for kind, test in tests:
            if values.holds(at(record, test.column), test):
                return kind
        return None if told.column is None else values.text(at(record, told.column), [])

    return get
