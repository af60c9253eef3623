"""A champion of the middle of a year looks at the year's end."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tasador.appraisal.appraiser import Appraiser
from tasador.appraisal.request import Request, read_row
from tasador.errors import WorkspaceError
from tasador.monitoring.alert import Alert
from tasador.monitoring.report import Report
from tasador.storage import appraisal_log, bundles, snapshots
from tasador.storage.workspace import Workspace
from tasador.testing import make_raw_records
from tasador.testing.python2_repr import render
from tasador.testing.record import Record
from tasador.web.appraisal_log import row
from tasador.workflows.ingest import ingest
from tasador.workflows.monitor import monitor
from tasador.workflows.run import Ran
from tasador.workflows.train import train
from tests.models.light import LIGHT

CUT = "2017-07-01"
ASKED = datetime(2017, 12, 20, tzinfo=UTC)
NOW = datetime(2018, 1, 10, tzinfo=UTC)


def write(path: Path, records: list[Record], day: date) -> str:
    seconds = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    path.write_bytes(gzip.compress(b"\n".join(render(one).encode() for one in records) + b"\n", mtime=seconds))
    return str(path)


def is_later(record: Record) -> bool:
    day = str(record.get("release_date"))
    return re.fullmatch(r"\d{4}-\d\d-\d\d", day) is not None and day >= CUT


@pytest.fixture(scope="module")
def catalogue() -> list[Record]:
    return list(make_raw_records(2_600, seed=12))


@pytest.fixture(scope="module")
def operated(catalogue: list[Record], tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose champion learned from what was released before the cut, and whose snapshot goes on."""
    place = tmp_path_factory.mktemp("operated")
    workspace = Workspace(place / "workspace")
    earlier = [one for one in catalogue if not is_later(one)]
    before = ingest(workspace, [write(place / "a.json.gz", earlier, date(2017, 7, 1))]).snapshot
    workspace.change_current(champion=train(workspace, before, parameters=LIGHT).version)
    ingest(workspace, [write(place / "b.json.gz", catalogue, date(2018, 1, 4))])
    return workspace


@pytest.fixture
def place(operated: Workspace, tmp_path: Path) -> Workspace:
    """A copy that a test may change."""
    shutil.copytree(operated.root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def ask(workspace: Workspace, *, without: str | None = None) -> int:
    """Ask for what the catalogue got later, as the server writes it down; give the number of questions."""
    found = bundles.load(workspace, str(workspace.current().champion))
    appraiser = Appraiser(found.files, version=found.version, snapshot=found.manifest["snapshot"])
    learned = snapshots.load_games(workspace, found.manifest["snapshot"])
    games = snapshots.load_games(workspace, str(workspace.current().snapshot))
    new = games.join(learned, on="app_id", how="anti").cast({"kind": pl.String})
    fields = ["name", "kind", "genres", "specs", "developer", "publisher", "release_date", "early_access", "app_id"]
    rows = []
    for number, told in enumerate(new.select(name for name in fields if name != without).iter_rows(named=True)):
        request = read_row(told, appraiser.vocabulary, today=ASKED.date())
        assert isinstance(request, Request), request
        rows.append(row(appraiser.answer(request), str(number), str(number), ASKED))
    texts = {"at": pl.String, "release_date": pl.String}
    table = pl.DataFrame(rows, schema={**appraisal_log.SCHEMA, **texts}).with_columns(
        pl.col("at").str.to_datetime(time_unit="us", time_zone="UTC"), pl.col("release_date").str.to_date()
    )
    (workspace.root / "appraisals").mkdir()
    table.write_parquet(workspace.root / "appraisals" / "a.parquet")
    return table.height


def of(report: Report, check: str) -> list[Alert]:
    return [one for one in report.alerts if one.check == check]


def test_a_champion_beside_its_own_catalogue_raises_no_alert(ran: tuple[Workspace, Ran], tmp_path: Path) -> None:
    found = monitor(ran[0], output=tmp_path)
    assert found.report.alerts == ()
    assert "the reference itself" in found.report.notes[0]
    assert json.loads(found.data.read_text())["alerts"] == []


def test_new_entries_are_compared_and_their_prices_held_against_the_champions_answers(place: Workspace) -> None:
    report = monitor(place, now=NOW).report
    by_name = {one.name: one for one in report.comparisons}
    inputs, answers = by_name["inputs of new entries"], by_name["answers to new entries"]
    assert by_name["inputs of newest entries"].n_current < inputs.n_current
    assert inputs.n_current > 300
    assert 200 < answers.n_current <= inputs.n_current
    assert inputs.tested
    assert answers.tested
    figures = {one.origin: one for one in report.realised if (one.kind, one.measure) == ("all", "mdape")}
    error = figures["new entries"]
    assert error.n > 150
    assert error.low < error.seen < error.high
    newest = [one.n for one in report.realised if (one.origin, one.kind) == ("newest entries", "all")]
    assert 0 < newest[0] < error.n
    assert {one.level for one in report.realised} == {None, 50, 80, 95}
    assert of(report, "staleness") == []
    assert of(monitor(place, now=NOW.replace(month=6)).report, "staleness")


def test_what_was_asked_before_its_price_was_known_is_held_against_it(place: Workspace) -> None:
    n = ask(place)
    report = monitor(place, now=NOW).report
    assert [one.name for one in report.comparisons][-2:] == ["inputs of requests", "answers to requests"]
    assert report.comparisons[-2].n_current == n
    by_origin = {one.origin: one for one in report.realised if (one.kind, one.measure) == ("all", "mdape")}
    entries, requests = by_origin["new entries"], by_origin["requests"]
    assert requests.n >= entries.n > 150
    assert abs(requests.seen - entries.seen) < 0.1


def test_requests_that_lack_a_field_are_heard_by_its_name(place: Workspace) -> None:
    ask(place, without="specs")
    raised = of(monitor(place, now=NOW).report, "input_drift")
    (lost,) = [one for one in raised if one.subject == "specs: (missing)"]
    assert lost.current == "requests since 2017-12-10"
    assert lost.seen > lost.threshold
    assert "still gives it" in lost.do
    assert lost.n_reference is not None
    assert lost.n_current is not None


def test_requests_are_held_against_earlier_ones_where_there_are_enough(place: Workspace) -> None:
    ask(place, without="specs")
    log = pl.read_parquet(place.root / "appraisals" / "a.parquet")
    earlier = log.with_columns(pl.col("at").dt.offset_by("-3mo"))
    earlier.write_parquet(place.root / "appraisals" / "b.parquet")
    report = monitor(place, now=NOW).report
    (inputs,) = [one for one in report.comparisons if one.name == "inputs of requests"]
    assert inputs.reference == "requests before 2017-12-10"
    assert {one.effect for one in inputs.tested} == {0.0}


def test_a_catalogue_that_lost_a_column_is_heard(place: Workspace, catalogue: list[Record], tmp_path: Path) -> None:
    without = [{name: value for name, value in one.items() if name != "specs"} for one in catalogue]
    ingest(place, [write(tmp_path / "c.json.gz", without, date(2018, 1, 5))])
    report = monitor(place, now=NOW).report
    assert "specs: missing" in {one.subject for one in of(report, "data_quality")}
    assert "specs: (missing)" in {one.subject for one in of(report, "input_drift")}


def test_an_alert_is_told_once_and_says_whether_training_helps(
    place: Workspace, catalogue: list[Record], tmp_path: Path
) -> None:
    without = [
        {name: value for name, value in one.items() if name != "specs" or not is_later(one)} for one in catalogue
    ]
    ingest(place, [write(tmp_path / "c.json.gz", without, date(2018, 1, 5))])
    report = monitor(place, now=NOW).report
    raised = of(report, "input_drift")
    (lost,) = [one for one in raised if one.subject == "specs: (missing)"]
    assert (lost.training, lost.current.split()[0]) == ("harms", "entries")
    assert len({(one.check, one.subject) for one in raised}) == len(raised)


def test_an_answer_counts_for_the_version_that_gave_it_and_one_that_is_gone_is_told(place: Workspace) -> None:
    n = ask(place)
    path = place.root / "appraisals" / "a.parquet"
    champion = str(place.current().champion)
    shutil.copytree(place.models / champion, place.models / "launch-older")
    manifest = place.models / "launch-older" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(champion, "launch-older"))
    log = pl.read_parquet(path)
    log.with_columns(model_version=pl.lit("launch-older")).write_parquet(path)
    report = monitor(place, now=NOW).report
    (error,) = [one for one in report.realised if (one.origin, one.kind, one.measure) == ("requests", "all", "mdape")]
    assert error.n > 150
    assert "answers to requests" in {one.name for one in report.comparisons}
    log.with_columns(model_version=pl.lit("launch-gone")).write_parquet(path)
    report = monitor(place, now=NOW).report
    assert "requests" not in {one.origin for one in report.realised}
    assert any(note.startswith(f"{n:,} answers of launch-gone") for note in report.notes)


def test_damage_to_what_is_beside_is_told_and_the_rest_is_looked_at(place: Workspace) -> None:
    ask(place)
    (place.root / "appraisals" / "b.parquet").write_bytes(b"")
    current = str(place.current().snapshot)
    shutil.copytree(place.snapshots / current, place.snapshots / "0badbadbad00")
    (place.snapshots / "0badbadbad00" / "quality.json").write_text("{")
    report = monitor(place, now=NOW).report
    assert "answers to requests" in {one.name for one in report.comparisons}
    assert {one["snapshot"] for one in report.accounting} >= {current}
    assert [note.partition(":")[0] for note in report.notes] == [
        "A file of the appraisal log is left out",
        "A snapshot is left out of the accounting",
    ]


def test_requests_of_another_time_are_told_where_none_is_looked_at(place: Workspace) -> None:
    n = ask(place)
    report = monitor(place, now=NOW, since=date(2018, 1, 1)).report
    assert f"{n:,} requests were written down, none of them since 2018-01-01." in report.notes


def test_a_snapshot_is_looked_at_before_it_is_the_current_one(place: Workspace) -> None:
    new, learned = str(place.current().snapshot), bundles.manifest(place, str(place.current().champion))["snapshot"]
    place.change_current(snapshot=learned)
    assert monitor(place, now=NOW, snapshot=new).report.snapshot == new
    assert place.current().snapshot == learned


def test_the_page_says_what_the_json_says_and_loads_nothing(place: Workspace) -> None:
    ask(place, without="specs")
    found = monitor(place, now=NOW)
    page = found.page.read_text(encoding="utf-8")
    told = json.loads(found.data.read_text(encoding="utf-8"))
    assert "default-src 'none'" in page
    assert re.findall(r"""(?:src|href)=|url\(|<script|@import""", page) == []
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[assignment,method-assign]
    parser.feed(page)
    text = "".join(parts)
    for one in told["alerts"]:
        assert one["says"] in text
        assert one["do"].replace("`", "") in text
    assert page.count("<th") > 50
    assert "<th>" not in page  # each says what it heads


def test_metrics_are_read_by_prometheus_and_replaced_in_one_step(place: Workspace) -> None:
    found = monitor(place, now=NOW)
    families = {one.name: one for one in text_string_to_metric_families(found.metrics.read_text())}
    covered = {tuple(sorted(one.labels.items())): one.value for one in families["tasador_coverage_ratio"].samples}
    said = {
        (("kind", one.kind), ("level", str(one.level)), ("origin", one.origin)): one.seen
        for one in found.report.realised
        if one.measure == "coverage"
    }
    assert covered == said
    assert sum(one.value for one in families["tasador_monitor_alerts"].samples) == len(found.report.alerts)
    assert {one.labels["column"] for one in families["tasador_drift_effect"].samples} >= {"genres", "price_usd"}
    again = monitor(place, now=NOW)
    assert again.metrics == found.metrics
    assert again.page != found.page
    assert sorted(path.name for path in found.metrics.parent.iterdir() if path.name.startswith(".")) == []


def test_without_a_champion_it_is_said_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="tasador run SOURCE"):
        monitor(Workspace(tmp_path))
