"""What a reader says about itself in HTTP (CALENDAR 40)."""

import pytest

from calendar_sync.feed.conditional import entity_tag, has_version, reads_gzip


@pytest.mark.parametrize(
    "header",
    [
        '"v1"',
        'W/"v1"',
        '"v1-gzip"',
        'W/"v1-gzip"',
        '"a", "v1"',
        '"a",W/"v1","b"',
        "*",
        " * ",
        '"a,b", "v1"',
        '"",  "v1"',
    ],
)
def test_a_version_is_found_however_it_is_named(header: str) -> None:
    assert has_version(header, "v1")


@pytest.mark.parametrize("header", ["", "v1", '"v2"', '"v11"', '"av1"', '"v1', 'W/"v2", "v3"', '"*"', '"v1 "', "'v1'"])
def test_another_version_is_not(header: str) -> None:
    assert not has_version(header, "v1")


def test_each_form_has_a_tag_of_its_own_and_both_name_the_version() -> None:
    tags = {entity_tag("v1", compressed=True), entity_tag("v1", compressed=False)}
    assert len(tags) == 2
    assert all(has_version(tag, "v1") for tag in tags)


@pytest.mark.parametrize(
    "header",
    ["gzip", "GZIP", "deflate, gzip;q=0.5", "br, *", "x-gzip", "gzip;q=0, x-gzip", "*;q=0, gzip", " gzip ;q=1 "],
)
def test_gzip_is_read(header: str) -> None:
    assert reads_gzip(header)


@pytest.mark.parametrize(
    "header", ["", "identity", "br", "gzip;q=0", "*;q=0", "*, gzip;q=0.0", "gzip;q=x", "gzipped", ";;,"]
)
def test_gzip_is_not_read(header: str) -> None:
    assert not reads_gzip(header)
