"""The settings, read from the environment at the door: only `cli` and `web` import this module."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["PREFIX", "Settings"]

PREFIX = "TASADOR_"

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://.", re.IGNORECASE)
_WEB: Final = re.compile(r"https?://[^/\s]", re.IGNORECASE)
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def _networks(told: str) -> str:
    """Check addresses of proxies: whoever comes from one is believed, so none may be written wrongly, nor mean all."""
    try:
        found = [ipaddress.ip_network(one.strip()) for one in told.split(",")]
        if any(network.prefixlen == 0 for network in found):
            raise ValueError(told)
    except ValueError as error:
        raise PydanticCustomError(
            "networks",
            "Input should be IP addresses or networks, separated by commas, such as 10.0.0.5, 192.168.1.0/24 or "
            "fd00::/8, but not the whole Internet",
        ) from error
    return ",".join(one.strip() for one in told.split(","))


def _origins(told: str) -> str:
    """Check origins, and write them as browsers do."""
    found = [one.strip().lower() for one in told.split(",")]
    if not all(map(_ORIGIN.fullmatch, found)):
        raise PydanticCustomError(
            "origins",
            "Input should be origins, separated by commas: scheme://host or scheme://host:port, without a path, such "
            "as https://example.org",
        )
    return ",".join(found)


def _address(told: str) -> str:
    """Check that an address has a scheme: a path or a bare name means something else to each library."""
    if not _ADDRESS.match(told):
        raise PydanticCustomError(
            "address", "Input should be an address that begins with its scheme, such as https:// or postgresql://"
        )
    return told


def _web_address(told: SecretStr) -> SecretStr:
    """Check that an address that must not be shown is one of the web."""
    if not _WEB.match(told.get_secret_value()):
        raise PydanticCustomError("address", "Input should be an address that begins with https:// or http://")
    return told


Address: TypeAlias = Annotated[str, AfterValidator(_address)]
WebAddress: TypeAlias = Annotated[SecretStr, AfterValidator(_web_address)]
Networks: TypeAlias = Annotated[str, AfterValidator(_networks)]
Origins: TypeAlias = Annotated[str, AfterValidator(_origins)]


class Settings(BaseSettings):
    """What may be set for a command. An option given to the command wins over the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    workspace: Path = Field(
        default=Path("tasador-workspace"), description="Where snapshots, profiles and models are kept."
    )
    max_reject_share: float = Field(
        default=0.1, ge=0, le=1, description="Largest share of a source's lines, 0 to 1, that may be no record."
    )
    store_url: Address = Field(default="https://store.steampowered.com", description="Address of the live store.")
    store_requests_per_minute: float = Field(
        default=40.0, gt=0, le=600, description="Requests that the live store is sent a minute; it allows about 40."
    )
    steam_api_url: Address = Field(default="https://api.steampowered.com", description="Address of Steam's web API.")
    steam_api_key: SecretStr | None = Field(
        default=None, description="Key of Steam's web API, which the list of all apps needs."
    )
    tracking_uri: Address | None = Field(
        default=None,
        description="Where runs are logged: a database or MLflow server by its address; by default in the workspace.",
    )
    tracking_artifacts: str | None = Field(
        default=None, description="Folder or address of what runs keep; by default a folder in the workspace."
    )
    webhook_url: WebAddress | None = Field(
        default=None, description="Address to which `tasador run` posts how it ended, http(s); it is never shown."
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="What those messages are signed with, as Standard Webhooks says; by default nothing."
    )
    remote_url: str | None = Field(
        default=None,
        description="What several machines share snapshots, models and prices by: s3://bucket/prefix, or a folder.",
    )
    tuning_url: Address | None = Field(
        default=None, description="Database of searches for parameters; by default a file in the workspace."
    )
    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that the server listens on; 0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that answer.")
    work_at_once: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="Appraisals and searches that one process does at once; by default the number of processors, "
        "shared among the processes, and two at least.",
    )
    max_connections: int = Field(
        default=2_000, ge=64, le=60_000, description="Connections that one process keeps open at once."
    )
    max_body_bytes: int = Field(
        default=1_048_576, ge=1_024, le=67_108_864, description="Largest body of a request, in bytes."
    )
    stop_seconds: int = Field(
        default=30, ge=1, description="Time that requests have to finish when the server is told to stop, in seconds."
    )
    require_key: bool = Field(
        default=False, description="Whether reads and appraisals need a key; what operators do needs one always."
    )
    rate_limit: str | None = Field(
        default=None,
        description="How often each key, or address without one, may ask one process, such as 20/s or 600/min burst "
        "50; by default as often as it likes.",
    )
    trusted_proxies: Networks | None = Field(
        default=None,
        description="Addresses or networks of proxies, separated by commas, that are believed who the client is; by "
        "default none.",
    )
    cors_origins: Origins | None = Field(
        default=None,
        description="Origins, separated by commas, whose pages may ask from a browser; by default none but the "
        "server's own.",
    )
    appraisal_log: bool = Field(
        default=False, description="Whether what was asked and answered is written to the workspace, for monitoring."
    )
    max_age_days: int = Field(
        default=62,
        ge=1,
        le=100_000,
        description="How many days ago the catalogue may have been observed, to `tasador monitor`.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="How much is logged to standard error."
    )
    log_format: Literal["auto", "json", "text"] = Field(
        default="auto", description="How logs look: auto is text in a terminal and JSON lines otherwise."
    )
