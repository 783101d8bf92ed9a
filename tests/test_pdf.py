"""The printed report, read back: pages, text, links, outline, tags, and the same bytes twice. Needs
Chromium; where there is none the tests say so, or fail if GROWTH_CLAIMS_REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
import shutil

import pypdf
import pytest
import sample_report

from growth_claims.errors import InputError
from growth_claims.report import pdf

BROWSER = next((name for name in pdf.BROWSERS if shutil.which(name)), None)
needs_browser = pytest.mark.skipif(
    BROWSER is None and os.environ.get("GROWTH_CLAIMS_REQUIRE_BROWSER") != "1",
    reason=f"no Chromium: none of {', '.join(pdf.BROWSERS)} on PATH",
)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The sample report."""
    return sample_report.build(tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="module")
def printed(report):
    return {path.name: path for path in pdf.write(report)}


def read(path) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(path)
    return reader, "\n".join(page.extract_text() for page in reader.pages)


@needs_browser
@pytest.mark.parametrize(
    ("name", "title", "contents", "language"),
    [
        ("report.pdf", "A sample", "Contents", "en"),
        ("report.ru.pdf", "Образец", "Содержание", "ru"),
    ],
)
def test_every_language_is_printed(printed, name, title, contents, language):
    reader, text = read(printed[name])
    assert len(reader.pages) > 3
    assert reader.metadata.title == title
    assert reader.trailer["/Root"]["/Lang"] == language
    first, second = (reader.pages[n].extract_text() for n in (0, 1))
    assert title in first and "sha256" in first
    if language == "en":
        assert contents in second and "GDP grew by" in text
    assert f"{len(reader.pages)} / {len(reader.pages)}" in reader.pages[-1].extract_text()


@needs_browser
def test_it_has_links_outline_and_tags(printed):
    reader, _ = read(printed["report.pdf"])
    inside = [
        note.get_object()
        for page in reader.pages
        for note in page.get("/Annots", [])
        if note.get_object()["/Subtype"] == "/Link" and "/Dest" in note.get_object()
    ]
    assert len(inside) > 10
    known = reader.named_destinations
    assert all(str(link["/Dest"]).lstrip("/") in {k.lstrip("/") for k in known} for link in inside)
    assert reader.outline
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]


@needs_browser
def test_the_contents_name_the_page(printed):
    reader, _ = read(printed["report.pdf"])
    places = {
        str(name).lstrip("/"): reader.get_destination_page_number(where) + 1
        for name, where in reader.named_destinations.items()
    }
    assert f"Words, used the same way everywhere {places['glossary']}" in " ".join(
        reader.pages[1].extract_text().split()
    )


@needs_browser
def test_the_same_report_gives_the_same_bytes(report, printed):
    first = {name: path.read_bytes() for name, path in printed.items()}
    assert {path.name: path.read_bytes() for path in pdf.write(report)} == first
    assert all(b"CreationDate" not in content for content in first.values())


@needs_browser
def test_no_path_of_a_machine_is_in_it(report, printed):
    for path in printed.values():
        assert str(report).encode() not in path.read_bytes()


def test_without_a_browser_it_says_what_to_install(report, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="apt install chromium"):
        pdf.write(report)


def test_without_a_report_it_says_what_to_run(tmp_path):
    with pytest.raises(InputError, match="make report"):
        pdf.write(tmp_path)


def test_the_time_is_taken_out_and_nothing_moves():
    made = pdf.plain(b"<</CreationDate (D:20261123164512+00'00')\n/ModDate (D:2026)>> xref 9")
    assert made.split() == [b"<<", b">>", b"xref", b"9"] and len(made) == 68


def test_elements_are_numbered_in_their_order():
    made = pdf.plain(b"(node00000346) (node00000009) (node00000346) (node1)")
    assert made == b"(node00000002) (node00000001) (node00000002) (node1)"
