"""What search engines and collections of fact checks read: a ClaimReview (schema.org) for each
claim, as JSON-LD.

`url` is the claim's page, or its anchor on the first page. It is relative, which JSON-LD resolves
against the address of the page that it stands in: right wherever the report is put, and on a disk
too. `datePublished` is the date of the newest figures, not of the build, which would differ each
time. A claim that cannot be checked has a word for a rating and no number: 0 or -1 would be read as
worse than the worst."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from growth_claims import i18n, words
from growth_claims.i18n import N_, _
from growth_claims.report import machine
from growth_claims.report.page import file
from growth_claims.verdicts import Verdict

NAME = N_("Growth claims, checked")
#: One step for each rule, in the order of the rules.
RATINGS = {
    Verdict.HOLDS: 5,
    Verdict.CLOSE: 4,
    Verdict.OUT_OF_DATE: 3,
    Verdict.DEPENDS: 2,
    Verdict.DOES_NOT_HOLD: 1,
}


def date_of_figures(verdicts: Mapping[str, Any]) -> str:
    """The newest edition used, as a date to the day, the month or the year; the article's date
    where no source was used."""
    editions = {vintage for _source, vintage in machine.rests_on(verdicts)}
    return max(editions, default=verdicts["article"]["date"])


def review(
    claim: Mapping[str, Any],
    verdicts: Mapping[str, Any],
    run: Mapping[str, Any],
    pages: Collection[str] = (),
) -> dict[str, Any]:
    """The ClaimReview of a claim of verdicts.json, in the current language. `pages`: the claims
    that have a page of their own, the others stand on the first."""
    language, article = i18n.language(), verdicts["article"]
    index, own = file("index", language), claim["id"] in pages
    version = run.get("versions", {}).get("growth-claims")
    statement, date = claim["statement"][language], article["date"]
    outlet = {"@type": "Organization", "name": article["outlet"][language]}
    said = _("Article in {outlet}, {date}", outlet=outlet["name"], date=words.vintage(date))
    made = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": file(claim["id"], language) if own else f"{index}#{claim['id']}",
        "claimReviewed": statement,
        "datePublished": date_of_figures(verdicts),
        "inLanguage": language,
        "author": {"@type": "Organization", "name": _(NAME), "url": index},
        "itemReviewed": {
            "@type": "Claim",
            "text": statement,
            "datePublished": date,
            "author": outlet,
            "appearance": {
                "@type": "NewsArticle",
                "name": said,
                "datePublished": date,
                "inLanguage": article["language"],
                "publisher": outlet,
            },
        },
        "reviewRating": _rating(claim),
    }
    return made | ({"version": version} if version else {})


def _rating(claim: Mapping[str, Any]) -> dict[str, Any]:
    verdict, word, number = Verdict(claim["verdict"]), words.verdict(claim["verdict"]), {}
    if verdict in RATINGS:
        number = {"ratingValue": RATINGS[verdict], "bestRating": 5, "worstRating": 1}
    return {
        "@type": "Rating",
        **number,
        "alternateName": word,
        "name": word,
        "ratingExplanation": claim["summary"][i18n.language()],
    }
