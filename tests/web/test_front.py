"""What all answers have in common: ids, ETags, HEAD, OPTIONS, compression, and one model version each."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasador.storage.workspace import Workspace
from tasador.workflows.run import Ran

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

KNOWN = "/genero/año/2016"
COMPUTED = "/genero/año/2016?Año=2015"
TAGGED = [
    KNOWN,
    COMPUTED,
    "/juegos/año/2016",
    "/openapi.json",
    "/",
    "/docs",
    "/v1/model",
    "/v1/games?limit=3",
    "/v1/years/2016",
    "/static/swagger-ui/swagger-ui.css",
]
READS = [KNOWN, COMPUTED, "/livez", "/readyz", "/openapi.json", "/", "/docs", "/none", "/genero/año/hola"]


@pytest.mark.parametrize("path", READS)
def test_head_says_what_get_says_without_a_body(client: TestClient, path: str) -> None:
    full, head = client.get(path), client.head(path)
    assert head.status_code == full.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "etag"):
        assert head.headers.get(name) == full.headers.get(name), name


@pytest.mark.parametrize(("path", "expected"), [(KNOWN, "GET, HEAD, OPTIONS"), ("/livez", "GET, HEAD, OPTIONS")])
def test_options_says_what_an_address_answers(client: TestClient, path: str, expected: str) -> None:
    answer = client.options(path)
    assert answer.status_code == 204
    assert answer.headers["allow"] == expected
    assert answer.content == b""
    assert client.options("/none").status_code == 404
    assert client.post(path).headers["allow"] == expected


def test_options_says_what_all_routes_of_an_address_answer(client: TestClient) -> None:
    assert client.options("/batch").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    refused = client.put("/batch")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_file_is_an_address_as_any_other(client: TestClient) -> None:
    path = "/static/page/page.css"
    assert client.options(path).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.post(path).status_code == 405
    plain, queried = client.get(path), client.get(f"{path}?v=1")
    assert queried.content == plain.content
    assert queried.headers.keys() == plain.headers.keys()
    for name in plain.headers.keys() - {"x-request-id"}:
        assert queried.headers[name] == plain.headers[name], name
    assert client.get(f"{path}?v=1", headers={"if-none-match": plain.headers["etag"]}).status_code == 304
    assert client.get("/static/page/none.css").status_code == 404


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("path", TAGGED)
def test_who_has_an_answer_is_not_sent_it_again(client: TestClient, path: str, encoding: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": encoding})
    assert first.status_code == 200
    for method in ("GET", "HEAD"):
        again = client.request(method, path, headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert "content-length" not in again.headers or again.headers["content-length"] == "0"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/v1/games?limit=3", KNOWN])
def test_who_has_an_answer_is_told_the_same_of_it(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    of_the_body = {"content-type", "content-length", "content-encoding", "etag", "x-request-id"}
    assert again.headers.keys() - of_the_body == first.headers.keys() - of_the_body
    for name in again.headers.keys() - of_the_body:
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize(("coding", "unpack"), [("gzip", gzip.decompress), ("zstd", zstd.decompress)])
def test_answers_are_compressed_for_those_who_read_it_and_where_it_pays(
    client: TestClient, coding: str, unpack: Callable[[bytes], bytes]
) -> None:
    with client.stream("GET", "/juegos/año/2016", headers={"Accept-Encoding": coding}) as packed:
        body = b"".join(packed.iter_raw())
    plain = client.get("/juegos/año/2016", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == coding
    assert unpack(body) == plain.content
    assert len(body) < len(plain.content) / 2
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "content-encoding" not in client.get("/earlyacces/año/2016", headers={"Accept-Encoding": coding}).headers


@pytest.mark.parametrize("path", READS)
def test_every_answer_names_the_model_and_the_snapshot(
    client: TestClient, ran: tuple[Workspace, Ran], path: str
) -> None:
    answer = client.get(path)
    assert answer.headers["tasador-model"] == ran[1].trained.version
    assert answer.headers["tasador-snapshot"] == ran[1].ingested.snapshot


def test_every_answer_has_an_id_of_its_own(client: TestClient) -> None:
    ids = [client.get(path).headers["x-request-id"] for path in READS]
    assert len(set(ids)) == len(READS)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(given_id=st.text("abcXYZ019._-:", min_size=1, max_size=128))
def test_a_request_keeps_the_id_that_it_came_with(client: TestClient, given_id: str) -> None:
    assert client.get(KNOWN, headers={"X-Request-Id": given_id}).headers["x-request-id"] == given_id


@pytest.mark.parametrize("given_id", ["", "a b", "<script>", "x" * 129, "ñ"])
def test_an_id_that_is_none_is_not_sent_back(client: TestClient, given_id: str) -> None:
    answer = client.get(KNOWN, headers=[(b"x-request-id", given_id.encode())])
    assert answer.headers["x-request-id"].encode() != given_id.encode()


@pytest.mark.parametrize("sent", ["*", "W/{}", '"other", {}', '{}, "other"'])
def test_a_tag_is_known_as_the_standard_has_it(client: TestClient, sent: str) -> None:
    etag = client.get(KNOWN).headers["etag"]
    assert client.get(KNOWN, headers={"If-None-Match": sent.format(etag)}).status_code == 304


def test_a_tag_within_another_text_is_not_known(client: TestClient) -> None:
    etag = client.get(KNOWN).headers["etag"].strip('"')
    assert client.get(KNOWN, headers={"If-None-Match": f'"x{etag}x"'}).status_code == 200


def test_the_same_address_in_two_forms_has_two_tags(client: TestClient) -> None:
    forms = [client.get("/v1/model", headers={"Accept": form}) for form in ("application/json", "text/markdown")]
    assert len({form.headers["content-type"] for form in forms}) == 2
    assert len({form.headers["etag"] for form in forms}) == 2


def test_what_is_not_there_stays_so_whatever_tag_is_sent(client: TestClient) -> None:
    assert client.get("/v1/nope", headers={"If-None-Match": "*"}).status_code == 404
    assert client.get("/v1/nope").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("accepted", ["gzip;q=0", "identity", "br", ""])
def test_who_does_not_read_gzip_is_sent_none(client: TestClient, accepted: str) -> None:
    assert "content-encoding" not in client.get("/juegos/año/2016", headers={"Accept-Encoding": accepted}).headers


def test_an_address_with_a_slash_too_many_leads_nowhere(client: TestClient) -> None:
    assert client.get("/v1/games/", headers={"Host": "evil.example"}, follow_redirects=False).status_code == 404


def test_metrics_name_routes_as_they_were_declared(client: TestClient) -> None:
    client.get(KNOWN)
    client.head("/v1/years/2016")
    client.post("/v1/admin/reload")
    told = client.get("/metrics").text
    for method, route in (("GET", "/genero/año/{anio}"), ("HEAD", "/v1/years/{year}"), ("POST", "/v1/admin/reload")):
        assert f'tasador_http_requests_total{{method="{method}",route="{route}"' in told


def test_of_a_header_that_is_sent_twice_the_first_counts(client: TestClient) -> None:
    etag = client.get("/juegos/año/2016").headers["etag"]
    for first, second, status in ((etag, '"x"', 304), ('"x"', etag, 200)):
        answer = client.get("/juegos/año/2016", headers=[("If-None-Match", first), ("If-None-Match", second)])
        assert answer.status_code == status
