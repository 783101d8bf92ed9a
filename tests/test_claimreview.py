"""ClaimReview, held against the vocabulary of schema.org (`schemaorg.json`) and against what Google
asks of a fact check."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sample_report

from growth_claims import i18n, words
from growth_claims.report import claimreview, page
from growth_claims.verdicts import Verdict

VOCABULARY = json.loads((Path(__file__).parent / "schemaorg.json").read_text(encoding="utf-8"))[
    "types"
]
#: Google Search Central, "Fact check (ClaimReview) structured data": type → required, recommended.
GOOGLE = {
    "ClaimReview": (
        {"claimReviewed", "reviewRating", "url"},
        {"author", "datePublished", "itemReviewed"},
    ),
    "Claim": (set(), {"appearance", "author", "datePublished"}),
    "Rating": ({"alternateName"}, {"bestRating", "name", "ratingValue", "worstRating"}),
    "Organization": ({"name"}, set()),
    "NewsArticle": (set(), {"datePublished"}),
}
IS_A = {"NewsArticle": {"NewsArticle", "Article", "CreativeWork"}}
TEXTS = {
    "Text": r"(?s).+",
    "URL": r"\S*#?\S+",
    "Date": r"\d{4}(-\d{2}){0,2}",
    "Language": r"[a-z]{2}",
}


def properties(kind: str) -> dict[str, list[str]]:
    """All properties of a type, with those of the types above it."""
    found: dict[str, list[str]] = {}
    while kind is not None:
        found = VOCABULARY[kind]["properties"] | found
        kind = VOCABULARY[kind]["above"]
    return found


def problems(node: dict, where: str = "") -> list[str]:
    """What of a node is not in the vocabulary, or is missing."""
    kind = node["@type"]
    place, allowed = f"{where}{kind}", properties(kind)
    own = {name: value for name, value in node.items() if not name.startswith("@")}
    found = [f"{place} has no {name}" for name in own if name not in allowed]
    required, recommended = GOOGLE[kind]
    if kind == "Rating" and node.get("alternateName") in CANNOT:
        recommended = {"name"}
    found += [f"{place} lacks {name}" for name in sorted((required | recommended) - own.keys())]
    for name, value in own.items():
        ranges = set(allowed.get(name, ()))
        if isinstance(value, dict):
            if not (IS_A.get(value["@type"], {value["@type"]}) | {"Thing"}) & ranges:
                found.append(f"{place}.{name} may not be a {value['@type']}")
            found += problems(value, f"{place}.{name} ")
        elif isinstance(value, (int, float)):
            if "Number" not in ranges:
                found.append(f"{place}.{name} may not be a number")
        elif not any(re.fullmatch(TEXTS[r], value) for r in ranges & TEXTS.keys()):
            found.append(f"{place}.{name}: {value!r} is none of {sorted(ranges)}")
    return found


with i18n.use("en"):
    CANNOT = {words.verdict(Verdict.CANNOT_BE_CHECKED)}
with i18n.use("ru"):
    CANNOT.add(words.verdict(Verdict.CANNOT_BE_CHECKED))


def reviews(language: str = "en", content: dict | None = None, pages=()) -> list[dict]:
    content = content or sample_report.verdicts()
    with i18n.use(language):
        return [claimreview.review(c, content, sample_report.RUN, pages) for c in content["claims"]]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_review_is_of_the_vocabulary_and_complete(language):
    made = reviews(language)
    assert len(made) == len(Verdict)
    for review in made:
        assert review["@context"] == "https://schema.org" and review["@type"] == "ClaimReview"
        assert problems(review) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda r: r.pop("url"), "lacks url"),
        (lambda r: r.update(verdict="x"), "has no verdict"),
        (lambda r: r["reviewRating"].pop("alternateName"), "lacks alternateName"),
        (lambda r: r.update(datePublished="soon"), "datePublished: 'soon'"),
        (lambda r: r.update(claimReviewed=5), "may not be a number"),
        (lambda r: r["itemReviewed"].update(appearance=r["author"]), "may not be a Organization"),
    ],
)
def test_the_test_finds_what_is_wrong(fault, said):
    review = reviews()[0]
    fault(review)
    assert any(said in problem for problem in problems(review))


def test_the_rating_follows_from_the_verdict():
    ratings = [r["reviewRating"] for r in reviews()]
    assert [r.get("ratingValue") for r in ratings] == [5, 4, 3, 2, 1, None]
    for rating in ratings[:-1]:
        assert (rating["worstRating"], rating["bestRating"]) == (1, 5)
    assert not {"bestRating", "worstRating", "ratingValue"} & ratings[-1].keys()
    assert [r["alternateName"] for r in ratings] == [v.value for v in Verdict]
    assert [r["ratingExplanation"] for r in ratings] == [
        c["summary"]["en"] for c in sample_report.verdicts()["claims"]
    ]


def test_every_verdict_but_the_last_has_a_number():
    assert set(Verdict) - claimreview.RATINGS.keys() == {Verdict.CANNOT_BE_CHECKED}
    assert list(claimreview.RATINGS) == list(Verdict)[:-1]
    values = list(claimreview.RATINGS.values())
    assert values == sorted(values, reverse=True) and len(set(values)) == len(values)


def test_the_words_are_those_of_the_page():
    first = reviews("ru")[0]
    with i18n.use("ru"):
        assert first["reviewRating"]["alternateName"] == words.verdict(Verdict.HOLDS)
    assert first["inLanguage"] == "ru" and first["claimReviewed"].startswith("ВВП")
    assert first["itemReviewed"]["author"]["name"] == "Газета"


def test_the_address_is_the_claims_page_or_its_anchor_on_the_first():
    assert reviews()[0]["url"] == "index.html#holds"
    own = reviews("ru", pages={"holds"})
    assert [r["url"] for r in own][:2] == ["holds.ru.html", "index.ru.html#close"]
    assert own[0]["author"]["url"] == "index.ru.html"


def test_the_date_is_that_of_the_figures():
    assert {r["datePublished"] for r in reviews()} == {"2025-12-17"}
    assert {r["itemReviewed"]["datePublished"] for r in reviews()} == {"2025-11-15"}
    none = sample_report.verdicts() | {"claims": []}
    assert claimreview.date_of_figures(none) == "2025-11-15"


def test_nothing_in_it_can_end_its_element():
    content = sample_report.verdicts()
    content["claims"][0]["statement"]["en"] = "</script><script>alert(1)</script><!--"
    place = page.Place("index", json_ld=(reviews(content=content)[0],))
    html = page.render(page.Body.of("<h1>x</h1>"), place)
    text = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert "<" not in text
    assert json.loads(text)["claimReviewed"] == content["claims"][0]["statement"]["en"]
