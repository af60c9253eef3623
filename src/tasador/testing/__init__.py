"""Made-up catalogues in the store's raw format, and feeds of their prices, for tests, demonstrations and benchmarks."""

from __future__ import annotations

from tasador.testing.catalogue import make_raw_lines, make_raw_records
from tasador.testing.parallel import make_price_parts, make_raw_parts

__all__ = ["make_price_parts", "make_raw_lines", "make_raw_parts", "make_raw_records"]
