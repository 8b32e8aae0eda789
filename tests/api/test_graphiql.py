"""GraphiQL: from our own files, fenced in, and of no use to somebody who is not signed in."""

import re
from collections.abc import Callable

from graphql import get_introspection_query

from api.pages.graphiql_page import FILES
from tests.api.conftest import FrontEnd


def test_the_page_loads_nothing_from_elsewhere(front_end: FrontEnd) -> None:
    page = front_end.client.get("/graphiql")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 6
    for address in loaded:
        answer = front_end.client.get(f"/{address}")
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        assert answer.content == (FILES / address.rpartition("/")[2]).read_bytes()


def test_the_page_runs_our_scripts_only_and_stands_in_no_frame(front_end: FrontEnd) -> None:
    page = front_end.client.get("/graphiql")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "<script>" not in page.text
    assert not re.search(r"\son\w+=|\sstyle=", page.text)


def test_the_bare_address_leads_to_the_page(front_end: FrontEnd) -> None:
    answer = front_end.client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/graphiql")
    assert front_end.client.post("/").status_code == 405


def test_a_file_that_the_browser_has_is_not_sent_again(front_end: FrontEnd) -> None:
    first = front_end.client.get("/graphiql/open.js")
    again = front_end.client.get("/graphiql/open.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_other_file_is_served(front_end: FrontEnd) -> None:
    for name in ("page.html", "LICENSES.md", "none.js", "..%2fgraphiql.py", "%2e%2e/graphiql.py"):
        assert front_end.client.get(f"/graphiql/{name}").status_code == 404


def test_every_file_says_whose_it_is() -> None:
    said = (FILES / "LICENSES.md").read_text("utf-8")
    assert [path.name for path in FILES.iterdir() if f"`{path.name}`" not in said and path.name != "LICENSES.md"] == []


def test_nothing_is_named_that_could_be_loaded_from_elsewhere_by_our_own_files() -> None:
    for name in ("page.html", "page.css", "open.js"):
        assert "://" not in (FILES / name).read_text("utf-8")


def test_an_operator_may_do_without_it(open_front_end: Callable[..., FrontEnd]) -> None:
    front_end = open_front_end(graphiql=False)
    assert front_end.client.get("/graphiql").status_code == 404
    assert front_end.client.get("/graphiql/open.js").status_code == 404


def test_what_it_asks_of_the_schema_is_answered(front_end: FrontEnd) -> None:
    question = get_introspection_query(specified_by_url=True, schema_description=True, input_value_deprecation=True)
    assert "errors" not in front_end.answer("Maya", question)
    assert front_end.codes(None, question) == ["UNAUTHENTICATED"]
