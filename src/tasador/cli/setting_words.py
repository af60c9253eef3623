"""The settings as they are read, or what is wrong with them, in words; and values as they may be shown."""

from __future__ import annotations

import os
import re
from typing import Any, Final

from pydantic import ValidationError

from tasador.errors import TasadorError, UnknownValueError
from tasador.settings import PREFIX, Settings

__all__ = ["masked", "read"]

#: What the types of JSON Schema are called.
_TYPES: Final = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}

#: NOTE: Kubernetes gives every container variables of this kind for a service that is called tasador.
_LINKS: Final = (f"{PREFIX}SERVICE_", f"{PREFIX}PORT_")

#: What only Tasador checks, and words itself.
_OWN: Final = frozenset({"networks", "origins", "address"})

_PASSWORD: Final = re.compile(r"(://[^/@:]*):[^/@]*@")


def read() -> Settings | list[TasadorError]:
    """Read the settings; what is wrong with them, all of it, is a value."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    named = [name for name in os.environ if name.upper().startswith(PREFIX) and not name.upper().startswith(_LINKS)]
    unknown: list[TasadorError] = [
        UnknownValueError("environment variable", name, known, do="Unset it, or mend its name.")
        for name in sorted(named)
        if name.upper() not in known
    ]
    try:
        found = Settings()
    except ValidationError as error:
        return [*unknown, *_wrong(error)]
    return unknown or found


def _wrong(error: ValidationError) -> list[TasadorError]:
    return [
        TasadorError(
            "a setting has a value that it cannot have",
            where=f"{PREFIX}{str(one['loc'][0]).upper()}",
            got="a secret" if _is_secret(str(one["loc"][0])) else masked(repr(one["input"])),
            expected=one["msg"].removeprefix("Input should be ")
            if one["type"] in _OWN
            else _expected(str(one["loc"][0])),
            do="Unset it, or give it such a value.",
        )
        for one in error.errors()
    ]


def _is_secret(name: str) -> bool:
    whole = Settings.model_json_schema()["properties"][name]
    return any(kind.get("writeOnly", False) for kind in whole.get("anyOf", [whole]))


def masked(text: str) -> str:
    """Take the password out of an address."""
    return _PASSWORD.sub(r"\1:***@", text)


def _expected(name: str) -> str:
    """Say which values a setting may have, by the schema that checks them."""
    whole = Settings.model_json_schema()["properties"][name]
    schema: dict[str, Any] = next(kind for kind in whole.get("anyOf", [whole]) if kind.get("type") != "null")
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    words = _TYPES.get(schema.get("type", ""), "a text")
    least, most = schema.get("minimum"), schema.get("maximum")
    if "exclusiveMinimum" in schema:
        return f"{words} above {schema['exclusiveMinimum']:,}" + ("" if most is None else f", at most {most:,}")
    if least is not None and most is not None:
        return f"{words} from {least:,} to {most:,}"
    return words if least is None else f"{words}, at least {least:,}"
