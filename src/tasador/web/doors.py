"""Who may ask, and how often: keys and their scopes, and a rate for each key or address."""

from __future__ import annotations

import base64
import ipaddress
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.types import Scope

from tasador.errors import TasadorError
from tasador.storage.keys import Key, KeyRing
from tasador.web.denial import Denial, Rejected

if TYPE_CHECKING:
    from throttled import RateLimitResult

__all__ = ["NOT_ENOUGH", "NO_ADMIN_KEY", "NO_KEY", "OPEN", "OPERATORS", "TOO_OFTEN", "Doors", "Rate", "is_preflight"]

#: What orchestrators ask is open to all, as often as they like.
OPEN: Final = frozenset({"/livez", "/readyz"})
OPERATORS: Final = "/v1/admin/"

_BEARER: Final = b'Bearer realm="tasador"'
#: Browsers ask for a name and a password only where they are told of this one.
_BASIC: Final = b', Basic realm="tasador", charset="UTF-8"'

_MADE: Final = "`tasador keys create` makes one."
_HOW: Final = (
    "Send one as `Authorization: Bearer KEY` or `X-API-Key: KEY`; where a browser asks for a name and a password, give "
    f"any name, and the key as the password. {_MADE}"
)
_HOW_ES: Final = (
    "Envíe una como `Authorization: Bearer CLAVE` o `X-API-Key: CLAVE`; donde un navegador pida usuario y contraseña, "
    "ponga cualquier usuario y la clave como contraseña. `tasador keys create` crea una."
)

NO_KEY: Final = Denial(
    HTTPStatus.UNAUTHORIZED,
    "no-key",
    "No key",
    f"This server answers only who sends a key. {_HOW}",
    (b"www-authenticate", _BEARER + _BASIC),
    spanish=("Sin clave", f"Este servidor solo responde a quien envía una clave. {_HOW_ES}"),
)
_UNKNOWN_KEY: Final = Denial(
    HTTPStatus.UNAUTHORIZED,
    "unknown-key",
    "Unknown key",
    f"The key is none that the server knows, or it was revoked. {_HOW}",
    (b"www-authenticate", _BEARER + b', error="invalid_token"' + _BASIC),
    spanish=("Clave desconocida", f"El servidor no conoce esa clave, o fue revocada. {_HOW_ES}"),
)
NO_ADMIN_KEY: Final = Denial(
    HTTPStatus.UNAUTHORIZED,
    "no-key",
    "No key",
    "What operators do needs a key whose scope is admin. Send it as `Authorization: Bearer KEY` or `X-API-Key: KEY`; "
    "`tasador keys create --scope admin` makes one.",
    (b"www-authenticate", _BEARER),
)
NOT_ENOUGH: Final = Denial(
    HTTPStatus.FORBIDDEN,
    "admin-key-needed",
    "Admin key needed",
    "The key opens reads and appraisals; this address needs one whose scope is admin. "
    "`tasador keys create --scope admin` makes one.",
    (b"www-authenticate", _BEARER + b', error="insufficient_scope", scope="admin"'),
)
TOO_OFTEN: Final = Denial(
    HTTPStatus.TOO_MANY_REQUESTS,
    "too-many-requests",
    "Too many requests",
    "This key or address has asked more often than it may. Try again after the seconds that Retry-After says.",
    spanish=(
        "Demasiadas peticiones",
        "Esta clave o dirección ha preguntado más veces de las que puede. Inténtelo de nuevo pasados los segundos que "
        "dice Retry-After.",
    ),
)


class Rate:
    """How often each key or address may ask.

    The rate is kept by GCRA, which is a token bucket told by the time at which it would be full again; the library's
    own token bucket counts whole seconds. Buckets of who has not asked for long are forgotten, the longest first.

    Args:
        told: Such as `20/s` or `600/min burst 50`; without a burst as many at once as the number says.

    Raises:
        TasadorError: That is no rate.
    """

    _BUCKETS: Final = 10_000

    def __init__(self, told: str) -> None:
        # NOTE: loaded only where a rate is set.
        from throttled import MemoryStore, Throttled, exceptions
        from throttled.rate_limiter import quota_parser

        try:
            (quota,) = quota_parser.parse(told)
            if quota.burst < 1:
                raise ValueError(quota.burst)
        except (exceptions.DataError, ValueError) as error:
            raise TasadorError(
                "that is no rate",
                where="TASADOR_RATE_LIMIT",
                got=repr(told),
                expected="such as 20/s or 600/min burst 50",
                do="Unset it, or give it such a value.",
            ) from error
        store = MemoryStore(options={"MAX_SIZE": self._BUCKETS})
        self._bucket = Throttled(using="gcra", quota=quota, store=store)
        self._policy = b'"requests";q=%d;w=%d' % (quota.burst, math.ceil(quota.burst / quota.fill_rate))

    def refuse(self, who: str) -> Denial | None:
        """Count a request, and refuse it if there were too many."""
        result = self._bucket.limit(who)
        return self._denial(result) if result.limited else None

    def _denial(self, result: RateLimitResult) -> Denial:
        seconds = max(1, math.ceil(result.state.retry_after))
        return TOO_OFTEN.with_headers(
            (b"retry-after", b"%d" % seconds),
            (b"ratelimit-policy", self._policy),
            (b"ratelimit", b'"requests";r=%d;t=%d' % (result.state.remaining, seconds)),
        )


class Doors:
    """Says who is let in.

    Args:
        keys: The keys there are.
        require_key: Whether reads need one; what operators do needs an admin key always.
        rate: How often each may ask; None lets them ask as often as they like.
        rejected: Told why a request was turned away.
        preflights: Whether browsers may ask what pages of other origins may do: they send no key with that.
    """

    def __init__(
        self,
        keys: KeyRing,
        *,
        require_key: bool,
        rate: Rate | None,
        rejected: Rejected,
        preflights: bool = False,
    ) -> None:
        self._keys = keys
        self._require_key = require_key
        self._rate = rate
        self._rejected = rejected
        self._preflights = preflights

    def refuse(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Denial | None:
        """Say why a request is not let in; None lets it in, and leaves the name of its key in the state."""
        path = scope["path"]
        if path in OPEN:
            return None
        text = _sent(headers, path)
        key = None if text is None else self._keys.find(text)
        if key is not None:
            scope.setdefault("state", {})["key"] = key.name
        if self._rate is not None:
            denial = self._rate.refuse(f"key {key.id}" if key is not None else _network(scope))
            if denial is not None:
                self._rejected("rate")
                return denial
        if scope["method"] == "HEAD":
            # NOTE: the front has the application answer it as GET; what is nobody's question is not to count as one.
            scope.setdefault("state", {})["is_head"] = True
        if self._preflights and is_preflight(scope["method"], headers):
            return None
        return self._check(path, key, named=text is not None)

    def _check(self, path: str, key: Key | None, *, named: bool) -> Denial | None:
        operates = path.startswith(OPERATORS)
        if not operates and not self._require_key:
            return None
        if key is None:
            return _UNKNOWN_KEY if named else NO_ADMIN_KEY if operates else NO_KEY
        return NOT_ENOUGH if operates and key.scope != "admin" else None


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Say whether a browser asks what a page of another origin may do."""
    return method == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers


def _sent(headers: Mapping[bytes, bytes], path: str) -> str | None:
    """Give the key that was sent.

    NOTE: a browser sends the password that it was given with whatever another site makes it ask for as well; that
    opens reads, whose answers the other site does not see, and never what operators do.
    """
    kind, _, text = headers.get(b"authorization", b"").partition(b" ")
    kind = kind.lower()
    if kind != b"bearer":
        password = _password(text) if kind == b"basic" and not path.startswith(OPERATORS) else b""
        text = headers.get(b"x-api-key", password)
    return text.strip().decode("latin-1") or None


def _password(encoded: bytes) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True).partition(b":")[2]
    except ValueError:
        return b""


def _network(scope: Scope) -> str:
    """Name whose address it is: of IPv6 a subscriber has a whole network, so that is what is counted."""
    host = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        return str(ipaddress.ip_network((host.partition("%")[0], 64), strict=False))
    except ValueError:
        return host
