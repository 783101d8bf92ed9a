"""What search engines and collections of fact checks read: a ClaimReview (schema.org) for each
claim, as JSON-LD.

`url` is the claim's anchor. Without a base address it is relative, which JSON-LD resolves against
the address of the page that it stands in: right wherever the report is put, and on a disk too.
`datePublished` is the date of the newest figures, not of the build, which would differ each time.
A claim that cannot be checked has a word for a rating and no number: 0 or -1 would be read as worse
than the worst."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from growth_claims import i18n, words
from growth_claims.i18n import N_, _
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
BEST, WORST = max(RATINGS.values()), min(RATINGS.values())


def json_ld(
    verdicts: Mapping[str, Any],
    run: Mapping[str, Any],
    language: str,
    base: str = "",
) -> list[dict[str, Any]]:
    """A ClaimReview for each claim of verdicts.json, in the register's order.

    `base`: the address of the report's folder, ending in a slash, where it has one.
    """
    with i18n.use(language):
        return [_review(claim, verdicts, run, base) for claim in verdicts["claims"]]


def _review(
    claim: Mapping[str, Any], verdicts: Mapping[str, Any], run: Mapping[str, Any], base: str
) -> dict[str, Any]:
    language = i18n.language()
    review = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{base}{file('index', language) if base else ''}#{claim['id']}",
        "claimReviewed": claim["statement"][language],
        "datePublished": date_of_figures(verdicts),
        "inLanguage": language,
        "author": _us(base),
        "itemReviewed": _claim(claim, verdicts["article"], base),
        "reviewRating": _rating(claim),
    }
    version = run.get("versions", {}).get("growth-claims")
    return review | ({"version": version} if version else {})


def date_of_figures(verdicts: Mapping[str, Any]) -> str:
    """The newest edition used, as a date to the day, the month or the year; the article's date
    where no source was used."""
    return max(verdicts["vintages"].values(), default=verdicts["article"]["date"])


def _us(base: str) -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": _(NAME),
        "url": base + file("index", i18n.language()),
    }


def _claim(claim: Mapping[str, Any], article: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The claim with who made it and where. What we only infer from the text is not put into its
    mouth."""
    language = i18n.language()
    outlet = {"@type": "Organization", "name": article["outlet"][language]}
    text = {
        "@type": "NewsArticle",
        "name": _(
            "Article in {outlet}, {date}",
            outlet=article["outlet"][language],
            date=words.vintage(article["date"]),
        ),
        "datePublished": article["date"],
        "inLanguage": article["language"],
        "publisher": outlet,
    }
    ours = claim["id"] in article["ours"]
    return {
        "@type": "Claim",
        "text": claim["statement"][language],
        "datePublished": article["date"],
        "author": _us(base) if ours else outlet,
        ("isBasedOn" if ours else "appearance"): text,
    }


def _rating(claim: Mapping[str, Any]) -> dict[str, Any]:
    verdict = Verdict(claim["verdict"])
    number = {}
    if verdict in RATINGS:
        number = {"ratingValue": RATINGS[verdict], "bestRating": BEST, "worstRating": WORST}
    word = words.verdict(verdict)
    return {
        "@type": "Rating",
        **number,
        "alternateName": word,
        "name": word,
        "ratingExplanation": claim["summary"][i18n.language()],
    }
