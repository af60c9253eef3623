"""The contract of the records that are not in `games`: duplicates, quarantine and rejects, each whole."""

from __future__ import annotations

import dataframely as dy

from tasador.contracts.vocabulary import OUTCOMES

__all__ = ["SetAside"]


class SetAside(dy.Schema):
    """Records of a source that are not in `games`. Grain: one row a record; none is in both tables."""

    source = dy.String(primary_key=True, description="First 12 digits of the source file's sha256.")
    record_no = dy.UInt32(primary_key=True, min=1, description="Number of the record in the source, from 1.")
    outcome = dy.Enum(
        OUTCOMES,
        nullable=False,
        description="duplicate: its app id came before; quarantine: it broke a rule; reject: it could not be parsed.",
    )
    rules = dy.List(dy.String(nullable=False), nullable=False, description="The names of all the rules it broke.")
    record = dy.Binary(nullable=False, description="The record as it stands in the source, byte for byte.")
