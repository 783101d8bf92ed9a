"""The words of the design, each with what it means here."""

from __future__ import annotations

from markupsafe import Markup

from growth_claims.i18n import N_, _

#: Anchor (without its prefix `term-`), word, meaning.
TERMS: tuple[tuple[str, str, str], ...] = (
    ("figure", N_("figure"), N_("One published number.")),
    ("source", N_("source"), N_("Who publishes a figure, such as the World Bank or the IMF.")),
    (
        "vintage",
        N_("edition"),
        N_(
            "The issue in which a source published a figure. Statistics are revised: the same year "
            "may have another figure in the next edition. Statisticians also say vintage."
        ),
    ),
    ("panel", N_("panel"), N_("The one table of all figures that everything is computed from.")),
    ("claim", N_("claim"), N_("One thing that the text states and that figures may settle.")),
    (
        "stated-interval",
        N_("stated interval"),
        N_(
            "The numbers that the wording and the rounding of a claim allow. A number within it "
            "counts as what was stated."
        ),
    ),
    (
        "reading",
        N_("reading"),
        N_(
            "One concrete way to compute what a claim states: source, edition, measure, countries, "
            "weights, kind of average, first and last year."
        ),
    ),
    (
        "primary-reading",
        N_("primary reading"),
        N_(
            "The literal reading, which follows the words of the claim. It was fixed before "
            "anything was computed, and the verdict rests on it."
        ),
    ),
    (
        "specification-curve",
        N_("specification curve"),
        N_("All defensible readings of a claim side by side, sorted by what they find."),
    ),
    (
        "verdict",
        N_("verdict"),
        N_("What fixed rules make of the stated interval, the primary reading and the others."),
    ),
    ("holds", N_("holds"), N_("The primary reading lies in the stated interval.")),
    (
        "close",
        N_("close"),
        N_(
            "The primary reading lies outside the stated interval, but by no more than figures of "
            "this kind are commonly revised."
        ),
    ),
    (
        "out-of-date",
        N_("out of date"),
        N_(
            "The same reading held, or was close, for a period that ended up to five years "
            "earlier, and does not any more."
        ),
    ),
    (
        "depends-on-the-reading",
        N_("depends on the reading"),
        N_(
            "The primary reading fails, but at least one other reading that can be defended holds "
            "or is close."
        ),
    ),
    (
        "does-not-hold",
        N_("does not hold"),
        N_("None of the rules before this one applies: the figures say something else."),
    ),
    (
        "cannot-be-checked",
        N_("cannot be checked"),
        N_("No published figure here bears on the claim; the report says which one would."),
    ),
    ("observation", N_("observation"), N_("A figure that was counted or measured.")),
    (
        "estimate",
        N_("estimate"),
        N_("A publisher's figure for a year that is over but not yet fully counted."),
    ),
    (
        "projection",
        N_("projection"),
        N_("A publisher's figure for a year that was not over when it was published."),
    ),
    (
        "constant-prices",
        N_("constant prices"),
        N_(
            "Output of all years valued at the prices of one year, so that only quantities change: "
            "growth in real terms."
        ),
    ),
    (
        "compound-growth",
        N_("compound growth"),
        N_(
            "The yearly rate that leads from the first year's figure to the last year's when it is "
            "applied year after year."
        ),
    ),
    (
        "purchasing-power-parity",
        N_("purchasing power parity"),
        N_(
            "An exchange rate at which the same goods cost the same everywhere. The IMF weights "
            "countries with it."
        ),
    ),
    (
        "confidence-interval",
        N_("95 % interval"),
        N_(
            "The range in which the estimated rate would lie in 95 of 100 cases, if the "
            "assumptions of the estimator are right."
        ),
    ),
)


def term(name: str, text: str | None = None) -> Markup:
    """A link from a word to where it is explained. A page keeps the first one of each word."""
    label = next(label for key, label, _meaning in TERMS if key == name)
    said = text if text is not None else _(label)
    return Markup('<a class="term" href="06_report.ipynb#term-{}">{}</a>').format(name, said)


def listing() -> Markup:
    """The glossary as a list."""
    items = Markup("\n").join(
        Markup('<div><dt id="term-{}">{}</dt><dd>{}</dd></div>').format(key, _(word), _(meaning))
        for key, word, meaning in TERMS
    )
    return Markup('<dl class="glossary">{}</dl>').format(items)
