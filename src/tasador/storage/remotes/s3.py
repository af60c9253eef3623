"""A remote in a bucket of S3, or of what speaks like it.

boto3 itself, since the drivers that file systems have for S3 do not pass on the conditions of a write.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import threading
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from tasador.storage.remotes.objects import RemoteError

__all__ = ["Bucket"]

#: How long a server may say nothing, and how often it is asked.
_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 60
_ATTEMPTS: Final = 3

#: A file this large goes in parts of so many bytes: one write takes 5 GB at most, and a part is held in memory.
_WHOLE: Final = 64 << 20
_PART: Final = 16 << 20

#: What a store is tried with before it is trusted to keep two writers apart.
_PROBE: Final = "conditional-writes"

#: The condition does not hold, and: it could not be told, as another write was under way.
_REFUSED: Final = frozenset({HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT})
_ABSENT: Final = frozenset({"NoSuchKey", "404"})
_KEYS: Final = frozenset(
    {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403"}
)

_SEE_TO_KEYS: Final = (
    "Keys, region and another endpoint are set as for AWS's own tools: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, "
    "AWS_DEFAULT_REGION, AWS_ENDPOINT_URL. They must allow to list, read and write."
)


class Bucket:
    """Objects of a bucket whose keys begin with a prefix.

    Args:
        address: `s3://bucket/prefix`.
        whole: A file that has so many bytes goes in parts.
    """

    def __init__(self, address: str, *, whole: int = _WHOLE) -> None:
        self._whole = whole
        self._bucket, _, prefix = address.removeprefix("s3://").partition("/")
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._client = _client(address)
        self._trusted = False
        self._trying = threading.Lock()

    @property
    def url(self) -> str:
        """Its address."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def sizes(self, prefix: str) -> dict[str, int]:
        """List objects."""
        with self._failing():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            return {
                one["Key"].removeprefix(self._prefix): int(one["Size"])
                for page in pages
                for one in page.get("Contents", [])
            }

    def read(self, key: str) -> tuple[bytes, str] | None:
        """Get an object."""
        with self._failing():
            try:
                found = self._client.get_object(**self._at(key))
            except self._client.exceptions.NoSuchKey:
                return None
            return found["Body"].read(), str(found["ETag"])

    def fetch(self, key: str, path: Path) -> None:
        """Download an object."""
        with self._failing(), path.open("wb") as file:
            for block in self._client.get_object(**self._at(key))["Body"].iter_chunks(1 << 20):
                file.write(block)

    def put(self, key: str, path: Path, sha256: str) -> None:
        """Upload a file, a large one in parts; a store that knows checksums refuses other bytes than were read."""
        from boto3.s3.transfer import TransferConfig

        # NOTE: no threads, as several files are on their way at a time already.
        parts = TransferConfig(multipart_threshold=self._whole, multipart_chunksize=_PART, use_threads=False)
        with self._failing(), path.open("rb") as file:
            # NOTE: of what goes in parts AWS takes a SHA-256 a part, and none of the whole.
            if path.stat().st_size < self._whole:
                told = {"ChecksumSHA256": base64.b64encode(bytes.fromhex(sha256)).decode()}
            else:
                told = {"ChecksumAlgorithm": "SHA256"}
            self._client.upload_fileobj(file, **self._at(key), ExtraArgs=told, Config=parts)

    def create(self, key: str, data: bytes) -> bool:
        """Put an object where there is none."""
        self._try()
        return self._written(key, data, IfNoneMatch="*")

    def swap(self, key: str, data: bytes, version: str) -> bool:
        """Replace an object that has this entity tag."""
        self._try()
        return self._written(key, data, IfMatch=version)

    def _try(self) -> None:
        """Make sure, once, that the store does not ignore conditions: it would let two promotions overwrite each other.

        Raises:
            RemoteError: It does.
        """
        with self._trying:
            if self._trusted:
                return
            self._written(
                _PROBE, b"What is here tells whether this store honours conditional writes.\n", IfNoneMatch="*"
            )
            conditions = ({"IfNoneMatch": "*"}, {"IfMatch": '"0123456789abcdef0123456789abcdef"'})
            ignored = [next(iter(one)) for one in conditions if self._written(_PROBE, b"ignored\n", **one)]
            if ignored:
                raise RemoteError(
                    "the store ignores conditional writes, so that two promotions could overwrite each other",
                    where=self.url,
                    got=f"a write in spite of {' and of '.join(ignored)}",
                    expected="412 Precondition Failed, as AWS and SeaweedFS 4.48 answer",
                    do="Use a newer version of the store, or another; or a folder that all mount.",
                )
            self._trusted = True

    def _written(self, key: str, data: bytes, **condition: str) -> bool:
        with self._failing():
            try:
                self._client.put_object(**self._at(key), Body=data, **condition)
            except self._client.exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in _REFUSED:
                    return False
                raise
            return True

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn what boto3 raises into an error that says what to do."""
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        say = functools.partial(RemoteError, where=self.url)
        try:
            yield
        except NoCredentialsError as error:
            raise say("there are no keys for the remote", do=_SEE_TO_KEYS) from error
        except ClientError as error:
            code = str(error.response["Error"].get("Code", ""))
            got = f"{code}: {error.response['Error'].get('Message', '')}"
            if code == "NoSuchBucket":
                raise say(
                    "there is no such bucket", got=self._bucket, do="Make it, or mend TASADOR_REMOTE_URL."
                ) from error
            if code in _KEYS:
                raise say("the remote refuses", got=got, do=_SEE_TO_KEYS) from error
            if code in _ABSENT:
                raise say("an object is missing", got=got, do="Push it again from where it is whole.") from error
            raise say("the remote failed", got=got, do="Do it again later.") from error
        except BotoCoreError as error:
            do = f"See to the connection and to AWS_ENDPOINT_URL, then do it again. {_SEE_TO_KEYS}"
            raise say("the remote cannot be reached", got=" ".join(str(error).split()), do=do) from error


def _client(address: str) -> Any:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError
    except ModuleNotFoundError as error:
        raise RemoteError(
            "a remote in S3 needs a library that is not installed",
            where=address,
            got=f"no {error.name}",
            do="pip install 'tasador[s3]'",
        ) from error
    told = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    )
    try:
        # NOTE: a session of its own, since the one that all share keeps the keys that it saw first.
        return boto3.session.Session().client("s3", config=told)
    except BotoCoreError as error:
        raise RemoteError("the remote cannot be opened", where=address, got=error, do=_SEE_TO_KEYS) from error
