"""Tables about all claims of a register at once, for the notebooks on figures and on methods: what
takes a loop over claims, quantities or countries, and so does not fit into a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from growth_claims import check as checking
from growth_claims import display, growth, i18n, region, simulation, words
from growth_claims.check import Check, Sentence, attempt
from growth_claims.claims import Reading
from growth_claims.growth.stability import SMALLEST
from growth_claims.i18n import N_, _
from growth_claims.params import Settings
from growth_claims.readings import Study, curve, history
from growth_claims.region import NoData, View
from growth_claims.verdicts import under

#: Margins that an editor might choose instead: shares of the stated number.
MARGINS = (0.01, 0.02, 0.05, 0.1)
#: From what is certain to what is not: a region's figure is what its least certain member's is.
CERTAIN = ("observed", "not stated", "estimate", "projection")
MEASURED = {"level": N_("its level"), "growth": N_("its growth over twenty years")}

#: Estimators in a word or two, for the ends of lines.
SHORT = {
    "log_trend_ols": N_("trend, least squares"),
    "log_trend_glsar": N_("trend, GLS"),
    "drift": N_("drift"),
    "drift_prewhitened": N_("drift, prewhitened"),
    "local_linear_trend": N_("local linear trend"),
}


def study(settings: Settings) -> Study:
    """Register, figures and events of a run, with tables shown in its language."""
    i18n.speak(settings.language)
    display.install()
    return checking.study(settings)


def checks(study: Study, settings: Settings) -> dict[str, Check]:
    """Every claim of the register that figures or events bear on, opened to be checked, by id."""
    every = (Check(study, c, settings) for c in study.register.claims if c.primary is not None)
    return {check.claim.id: check for check in every}


# --- the figures --------------------------------------------------------------------------------


def used(study: Study) -> pd.DataFrame:
    """The quantities that the register's readings use, and where they stand. Columns: quantity,
    source, indicator, vintage (the newest edition that has it)."""
    rows = {}
    for name in _quantities(study):
        for source, recipe in study.quantities.quantity(name).sources.items():
            for code in recipe.indicators():
                editions = study.panel.vintages(source, code)
                if editions:
                    rows[name, source, code] = editions[-1]
    found = [(*key, vintage) for key, vintage in rows.items()]
    return pd.DataFrame(found, columns=["quantity", "source", "indicator", "vintage"])


def _quantities(study: Study) -> list[str]:
    """Names of the quantities that are read, those that a ratio or a deflation is made of included,
    in the register's order."""
    known, names = study.quantities, []
    for claim in study.register.claims:
        if claim.primary is None:
            continue
        for reading in (claim.primary, *(claim.primary.like(n.change) for n in claim.readings)):
            names.append(reading.quantity)
    for name in filter(None, list(dict.fromkeys(names))):
        what = known.quantity(name)
        if what.ratio:
            names += [what.ratio.of, what.ratio.per]
        if what.deflated:
            names.append(what.deflated.of)
    return [n for n in dict.fromkeys(names) if n and known.quantity(n).sources]


def latest_year(study: Study) -> int:
    """The last year that a literal reading of the register looks at."""
    literal = [c.primary for c in study.register.claims if c.primary is not None]
    return max(reading.end for reading in literal if reading.end is not None)


def coverage(study: Study, economies: Sequence[str]) -> pd.DataFrame:
    """Of which years the newest edition of each indicator in use has a figure for every one of the
    economies: source and indicator by year, the status of the least certain in words; missing where
    one of them has no figure. Figures by partner are left out."""
    order, rows = list(CERTAIN), {}
    for row in used(study).drop_duplicates(["source", "indicator"]).itertuples():
        table = study.panel.status(row.source, row.vintage, row.indicator, economies)
        if table.notna().any(axis=None):
            worst = table.map(order.index, na_action="ignore").max(axis="columns", skipna=False)
            name = f"{words.quantity(row.quantity)} ({row.indicator})"
            label = f"{words.publisher(row.source)}: {name}"
            rows[label] = worst.map(lambda n: _(display.STATUSES[order[int(n)]]), "ignore")
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.reindex(columns=range(frame.columns.min(), frame.columns.max() + 1))


def by_source(study: Study, economies: Sequence[str], year: int) -> pd.DataFrame:
    """What each publisher's newest edition has for an economy in a year: the level of a quantity
    or, where volumes of different base are chained, its growth in that year.

    Columns: quantity, economy, source, vintage, value, unit, measured ("level" or "growth").
    """
    rows = []
    for name in _quantities(study):
        what = study.quantities.quantity(name)
        volume = any(r.growth for r in what.sources.values())
        years = (year - 1, year) if volume else (year,)
        for source, code in ((s, e) for s in what.sources for e in economies):
            view = View(study.panel, study.quantities, None, years)
            try:
                found = region.aggregate(view, name, source, (code,), reporter=None)
                value = found.at(year)
                value = 100 * (value / found.at(year - 1) - 1) if volume else value
            except NoData:
                continue
            unit = "percent" if volume else what.unit
            measured = "growth" if volume else "level"
            rows.append((name, code, source, found.editions[source], value, unit, measured))
    columns = ["quantity", "economy", "source", "vintage", "value", "unit", "measured"]
    return pd.DataFrame(rows, columns=columns)


def disagreements(found: pd.DataFrame) -> pd.DataFrame:
    """How far apart the publishers are, of what `by_source` returns: by quantity and economy the
    lowest and the highest, and the difference (percentage points for growth, else percent of the
    lowest); the widest first. Columns: quantity, economy, low, high, count, unit, difference."""
    by = found.groupby(["quantity", "economy"], sort=False)
    table = by.agg(
        low=("value", "min"),
        high=("value", "max"),
        count=("value", "size"),
        unit=("unit", "first"),
        measured=("measured", "first"),
    )
    table = table[table["count"] > 1].reset_index()
    points = table["high"] - table["low"]
    table["difference"] = points.where(table["measured"] == "growth", 100 * points / table["low"])
    order = table.sort_values("difference", ascending=False, ignore_index=True)
    return order.drop(columns="measured")


# --- the claims ---------------------------------------------------------------------------------


def _table(rows: Mapping[str, dict] | Iterable, columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("claim")


def _of_growth(checks: Mapping[str, Check]) -> dict[str, Check]:
    """The claims of growth whose figures are there, as the run's parameters leave them."""
    of = {name: check for name, check in checks.items() if check.claim.kind == "growth"}
    return {name: c for name, c in of.items() if c.assessment.primary.problem is None}


def verdicts(checks: Mapping[str, Check]) -> pd.DataFrame:
    """Every claim with its verdict by the figures of the text's day and by today's, in words.
    Index: claim; columns: statement, verdict, today."""
    rows = {
        name: [words.statement(c.claim), *map(words.verdict, (c.verdict, c.today.verdict))]
        for name, c in checks.items()
    }
    return _table(rows, ["statement", "verdict", "today"])


def stated(checks: Mapping[str, Check]) -> pd.DataFrame:
    """Every number stated and the numbers that its wording allows. Index: claim; columns:
    statement, value, low, high, unit, wording, why."""
    rows = {}
    for name, check in checks.items():
        said = check.stated
        row = [words.statement(check.claim), said.value, said.low, said.high, words.unit(said.unit)]
        rows[name] = [*row, said.wording, said.why[i18n.language()]]
    columns = ["statement", "value", "low", "high", "unit", "wording", "why"]
    return _table(rows, columns).astype({"value": float, "low": float, "high": float})


def sample(checks: Mapping[str, Check]) -> pd.Series:
    """The regional series, by year, behind the claim of growth over the longest period (else behind
    any claim that has one), as the tests take it; empty where no claim has a series."""
    having = [c for c in checks.values() if c.reading.quantity and not c.reading.reporter]
    having = [c for c in having if c.assessment.primary.problem is None]
    of_growth = list(_of_growth(checks).values())
    if not having:
        return pd.Series(dtype=float)
    longest = max(of_growth or having, key=lambda c: c.last - (c.first or c.last))
    return longest.sample(longest.aggregate().values).rename(longest.region_name)


def recursive(levels: pd.Series):
    """Mean growth by recursive least squares, percent a year: statsmodels' results. Raises
    ValueError for too few years."""
    import statsmodels.api as sm

    rates = 100 * np.log(levels).diff().dropna()
    if len(rates) < SMALLEST:
        raise ValueError(_("{n} years", n=len(rates)))
    return sm.RecursiveLS(rates, np.ones(len(rates))).fit()


def doubts(study: Study) -> pd.DataFrame:
    """The countries whose official figures the register doubts, and why, in words."""
    rows = [(d.economy, d.why[i18n.language()]) for d in study.register.doubtful]
    return pd.DataFrame(rows, columns=["economy", "why"])


def unit_roots(checks: Mapping[str, Check]) -> pd.DataFrame | Sentence:
    """What the tests say of the series behind every claim of growth, and what then follows.

    Index: claim. Columns: start, end (of the years that are tested), adf_p, kpss_p (p-values),
    estimator (the one to believe, in words), rate, low, high (by it, percent a year), value (as
    stated), inside (whether the stated number lies in that interval).
    """
    rows = {}
    for name, check in _of_growth(checks).items():
        sample = check.sample(check.aggregate().values)
        root = attempt(growth.unit_root, sample)
        if isinstance(root, Sentence):
            continue
        best = growth.stability.believed(root).estimator
        found = growth.estimate(best, sample)
        value = check.stated.value
        inside = value is not None and found.low <= value <= found.high
        row = [found.first_year, found.last_year, root.adf_p, root.kpss_p, words.estimator(best)]
        rows[name] = [*row, found.rate, found.low, found.high, value, inside]
    if not rows:
        return Sentence(_("The register has no claim of growth whose series is long enough."))
    columns = ["start", "end", "adf_p", "kpss_p", "estimator", "rate", "low", "high"]
    return _table(rows, [*columns, "value", "inside"])


def estimates(checks: Mapping[str, Check]) -> pd.DataFrame:
    """Every claim of growth by every estimator over its own years, with the outcome that the number
    would have. Columns: claim, estimator, rate, low, high, outcome."""
    rows = []
    for name, check in _of_growth(checks).items():
        own = check.aggregate().values.loc[check.first : check.last]
        for estimator in growth.ESTIMATORS:
            found = attempt(growth.estimate, estimator, own)
            if not isinstance(found, Sentence):
                row = (name, estimator, found.rate, found.low, found.high)
                rows.append((*row, check.outcome(found.rate)))
    frame = pd.DataFrame(rows, columns=["claim", "estimator", "rate", "low", "high", "outcome"])
    return frame.astype({"rate": float, "low": float, "high": float})


def without_doubtful(checks: Mapping[str, Check]) -> pd.DataFrame | Sentence:
    """Every claim without the countries whose official figures the register doubts. A level is left
    out: that of fewer countries answers another question.

    Index: claim. Columns: statement, value, outcome (with them), without, outcome_without, changes.
    """
    rows = {}
    for name, check in checks.items():
        changes = _without(check)
        if not changes:
            continue
        one = check.read(**changes)
        whole, value = check.assessment.primary, np.nan
        value = whole.found.value if whole.found else np.nan
        row = [words.statement(check.claim), value, str(whole.outcome)]
        changed = one["outcome"] != str(whole.outcome)
        rows[name] = [*row, one["value"], words.outcome(one["outcome"]), changed]
    if not rows:
        return Sentence(_("The register doubts no figure that one of its claims rests on."))
    columns = ["statement", "value", "outcome", "without", "outcome_without", "changes"]
    return _table(rows, columns)


def _without(check: Check) -> dict[str, tuple[str, ...]]:
    """The reading's countries without the doubtful; nothing where that asks something else."""
    reading: Reading = check.reading
    if check.claim.kind in ("level", "events") or reading.sets:
        return {}
    field = "partners" if reading.partners else "economies"
    whole = getattr(reading, field)
    rest = tuple(e for e in whole if e not in check.study.register.doubted(whole))
    same = rest == whole or not rest or (reading.subject and reading.subject not in rest)
    return {} if same else {field: rest}


def margins(checks: Mapping[str, Check], shares: Sequence[float] = MARGINS) -> pd.DataFrame:
    """The verdict that each claim would get under other margins, in words. Index: claim; columns:
    statement, a column a share (of the stated number; that for growth rates in proportion)."""
    rows = {}
    for name, check in checks.items():
        materiality = check.study.materiality
        scaled = [materiality.scaled(share) for share in shares]
        found = [under(check.stated, check.assessment, other) for other in scaled]
        rows[name] = [words.statement(check.claim), *map(words.verdict, found)]
    return _table(rows, ["statement", *(i18n.percent(100 * s, 0) for s in shares)])


def margin(study: Study) -> pd.Series:
    """The margins that verdicts use, by what they are counted in."""
    share, points = 100 * study.materiality.share, study.materiality.points
    named = {_("of the stated number, percent"): share, _("of a growth rate, points"): points}
    return pd.Series(named, name="margin")


def margins_in_points(study: Study, shares: Sequence[float] = MARGINS) -> pd.Series:
    """The margin of a growth rate that goes with each share, percentage points."""
    points = {i18n.percent(100 * s, 0): study.materiality.scaled(s).points for s in shares}
    return pd.Series(points, name=_("for growth rates, percentage points"))


def revisions(checks: Mapping[str, Check]) -> pd.DataFrame:
    """Every revision, from an edition to its publisher's next, of what the claims' readings
    measure: each quantity's level (percent) or growth over twenty years (percentage points) once.

    Columns: quantity, measured ("level" or "growth"), and those of `history.revisions`.
    """
    parts = {}
    for check in checks.values():
        measured = "growth" if check.claim.kind in history.RATES else "level"
        key = (check.reading.quantity, measured)
        if check.reading.quantity and key not in parts:
            parts[key] = check.revisions()
    parts = {key: part for key, part in parts.items() if len(part)}
    if not parts:
        columns = ["quantity", "measured", "source", "earlier", "later", "end", "before", "after"]
        return pd.DataFrame(columns=[*columns, "revision"])
    both = pd.concat(parts, names=["quantity", "measured"])
    return both.reset_index(["quantity", "measured"]).reset_index(drop=True)


def usual_revisions(found: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The size of what `revisions` returns, beside the margin that stands for it. Columns:
    quantity, measured (in words), count, median, p95 (nineteen of twenty are smaller), margin,
    above (whether the margin is the larger one)."""
    size = found.assign(size=found["revision"].abs()).groupby(["quantity", "measured"], sort=False)
    table = (
        size["size"]
        .agg(count="size", median="median", p95=lambda s: s.quantile(0.95))
        .reset_index()
    )
    rates = table["measured"] == "growth"
    table["margin"] = np.where(rates, study.materiality.points, 100 * study.materiality.share)
    table["above"] = table["margin"] > table["p95"]
    return table.assign(measured=[_(MEASURED[m]) for m in table["measured"]])


def largest_revisions(found: pd.DataFrame, measured: str = "level", top: int = 10) -> pd.DataFrame:
    """The largest revisions of levels (or of growth), labelled for a chart: label, revision."""
    part = found[found["measured"] == measured]
    part = part.loc[part["revision"].abs().sort_values(ascending=False, kind="stable").index[:top]]
    labels = [
        f"{words.publisher(row.source)}: {words.quantity(row.quantity)}, {row.end} "
        f"({words.vintage(row.earlier)} → {words.vintage(row.later)})"
        for row in part.itertuples()
    ]
    return pd.DataFrame({"label": labels, "revision": part["revision"].to_numpy(dtype=float)})


def curves(checks: Mapping[str, Check]) -> pd.DataFrame:
    """The specification curve of every claim that has one. Index: claim; columns: count (readings
    that differ), holding, close, low, high (of the numbers), choice (the one that moves the number
    most by itself), span (by how much)."""
    rows = {}
    for name, check in checks.items():
        readings = check.curve()
        counted = curve.share(readings)
        if counted["count"] < 2:
            continue
        moved = curve.sensitivity(readings)
        moves = len(moved) and moved["span"][0] > 0
        most = [_(curve.CHOICES[moved["choice"][0]]), moved["span"][0]] if moves else ["", 0.0]
        rows[name] = [*counted.values(), readings["value"].min(), readings["value"].max(), *most]
    return _table(rows, ["count", "holding", "close", "low", "high", "choice", "span"])


def estimators() -> pd.DataFrame:
    """Every estimator in words: what it assumes, how many years it needs, whose it is."""
    rows = {
        words.estimator(e.name): [_(e.assumption), e.smallest, e.reference]
        for e in growth.ESTIMATORS.values()
    }
    columns = ["assumption", "smallest", "reference"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def intervals(process: str) -> pd.DataFrame:
    """How often each estimator's 95 % interval holds the true rate in the simulation study,
    percent: estimators in a word or two by years of data. `process`: one of simulation.KINDS."""
    found = simulation.saved()
    found = found[found["process"] == process].assign(coverage=lambda f: 100 * f["coverage"])
    table = found.pivot(index="estimator", columns="years", values="coverage")
    table = table.reindex([e for e in growth.ESTIMATORS if e in table.index])
    table.index = [_(SHORT[e]) for e in table.index]
    return table.rename_axis(columns=None)


def thresholds(study: Study) -> pd.DataFrame:
    """How far a new figure may go before a person has to look at it, for the indicators of the
    literal readings (see `sources.plausible`). Columns: source, indicator, and in usual yearly
    changes: jump (another edition has the year), recent, alone (none has), elsewhere (another
    source has); shift (of a whole series, times)."""
    from growth_claims.sources import plausible

    literal = [c.primary for c in study.register.claims if c.primary is not None]
    primary = {(reading.quantity, reading.source) for reading in literal}
    rows = []
    for row in used(study).itertuples():
        if (row.quantity, row.source) not in primary:
            continue
        unit = study.panel.unit(row.source, row.vintage, row.indicator)
        found = plausible.limit(study.panel, row.source, row.indicator, plausible.is_rate(unit))
        limits = (found.jump, found.recent, found.alone, found.elsewhere)
        rows.append((row.source, row.indicator, *limits, 10**found.shift))
    columns = ["source", "indicator", "jump", "recent", "alone", "elsewhere", "shift"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)
