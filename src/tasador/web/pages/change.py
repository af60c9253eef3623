"""What moves a price: what became of it since the question before, and what other answers would do to it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasador.appraisal.abstention import DECIDING_LEVEL
from tasador.appraisal.appraisal import Appraisal, Interval
from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.explanation import to_cents
from tasador.appraisal.fields import LISTS
from tasador.appraisal.request import FIELDS, Request
from tasador.web.pages.form import Form, read_form
from tasador.web.pages.language import Language
from tasador.web.pages.names import FIELDS as FIELD_NAMES
from tasador.web.pages.names import KINDS, message
from tasador.web.pages.visit import parsed

__all__ = ["Difference", "Narrower", "Trial", "difference", "narrower", "trials"]

#: Labels that are tried, of each list the commonest, and changes that are shown, the greatest first.
_TRIED: Final = {"specs": 12, "genres": 8}
_SHOWN: Final = 8

#: Less than this is no change worth naming.
_LEAST_USD: Final = 0.01

#: What the catalogue says of early access as a genre too: it goes with the field of that name.
_EARLY_ACCESS: Final = "Early Access"


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the price since the question before.

    Attributes:
        before_usd: The estimate before; None where there was none.
        changes: What was changed, in words.
    """

    before_usd: float | None
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What one other answer would do.

    Attributes:
        says: The change, in words.
        form: What is asked then.
        estimate_usd: The estimate then.
        difference_usd: That less the estimate now.
    """

    says: str
    form: Form
    estimate_usd: float
    difference_usd: float


@dataclass(frozen=True, slots=True)
class Narrower:
    """What one other answer would do to a range that is too wide for a single price.

    Attributes:
        says: The change, in words.
        form: What is asked then.
        range: The range then.
        is_priced: Whether there is a single price then.
    """

    says: str
    form: Form
    range: Interval
    is_priced: bool


def difference(form: Form, appraiser: Appraiser, language: Language) -> Difference | None:
    """Compare a question with the one before it; None where there was none, or it asked the same of the game."""
    if not form.before:
        return None
    before = read_form(parsed(form.before), appraiser)
    changes = tuple(_changes(before, form, language))
    request = before.read(appraiser)
    if not changes or before.is_empty or not isinstance(request, Request):
        return None
    (appraisal,) = appraiser.appraise_many([request], compared=False)
    return Difference(appraisal.estimate_usd, changes)


def trials(
    form: Form, appraisal: Appraisal, appraiser: Appraiser, common: dict[str, Sequence[str]], language: Language
) -> tuple[Trial, ...]:
    """Try other answers, one at a time, and give those that would change the estimate most.

    Args:
        appraisal: The answer to the form.
        common: The labels of each list, the commonest first.
    """
    now = appraisal.estimate_usd
    if now is None:
        return ()
    tried = _tried(form, appraiser, common)
    lowest = appraiser.calibration.points.prices_usd[0]
    estimates = appraiser.estimates([request.game for _, request in tried])
    found = [
        Trial("; ".join(_changes(form, other, language)), other, price, price - now)
        for (other, _), exact in zip(tried, estimates, strict=True)
        # NOTE: as an answer would give it.
        if abs((price := float(to_cents(max(exact, lowest)))) - now) >= _LEAST_USD
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.difference_usd))[:_SHOWN])


def narrower(
    form: Form, appraisal: Appraisal, appraiser: Appraiser, common: dict[str, Sequence[str]], language: Language
) -> tuple[Narrower, ...]:
    """Try other answers, one at a time, and give those that would narrow the range most, where it is too wide.

    Args:
        appraisal: The answer to the form.
        common: The labels of each list, the commonest first.
    """
    now = appraisal.interval(DECIDING_LEVEL)
    if now is None or not appraisal.is_wide:
        return ()
    tried = _tried(form, appraiser, common)
    answers = appraiser.appraise_many([request for _, request in tried], compared=False)
    found = [
        Narrower("; ".join(_changes(form, other, language)), other, then, not answer.abstained)
        for (other, _), answer in zip(tried, answers, strict=True)
        if (then := answer.interval(DECIDING_LEVEL)) is not None and then.ratio < now.ratio
    ]
    return tuple(sorted(found, key=lambda one: (one.range.ratio, one.range.lower_usd))[:_SHOWN])


def _tried(form: Form, appraiser: Appraiser, common: dict[str, Sequence[str]]) -> list[tuple[Form, Request]]:
    read = [(other, other.read(appraiser)) for other in _others(form, common)]
    return [(other, request) for other, request in read if isinstance(request, Request)]


def _others(form: Form, common: dict[str, Sequence[str]]) -> list[Form]:
    found = []
    for name, most in _TRIED.items():
        given = form.values.get(name, ())
        for label in [one for one in common.get(name, ()) if one != _EARLY_ACCESS][:most]:
            kept = tuple(one for one in given if one != label)
            found.append(form.with_values(name, kept if label in given else (*given, label)))
    found.append(form.with_values("early_access", () if form.early_access else ("true",)))
    return [dataclasses.replace(one, before="") for one in found]


def _changes(before: Form, after: Form, language: Language) -> list[str]:
    """Say in what two questions differ."""
    found = []
    for name in FIELDS:
        old, new = before.told(name), after.told(name)
        if old == new or (name == "early_access" and before.early_access == after.early_access):
            continue
        field = language.say(FIELD_NAMES[name])
        if name in LISTS:
            found += [language.say(message("Added {label}"), label=label) for label in new if label not in old]
            found += [language.say(message("Removed {label}"), label=label) for label in old if label not in new]
        elif name == "early_access":
            says = message("In early access") if after.early_access else message("Not in early access")
            found.append(language.say(says))
        elif not new:
            found.append(language.say(message("{field} no longer given"), field=field))
        else:
            value = language.say(KINDS[new[0]]) if name == "kind" and new[0] in KINDS else new[0]
            found.append(language.say(message("{field}: {value}"), field=field, value=value))
    return found
