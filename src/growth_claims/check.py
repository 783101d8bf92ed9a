"""A claim opened to be checked: what was stated, how it is read, and every object of the check, as
pandas and statsmodels have them. What the notebooks work with."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from growth_claims import (
    claims,
    growth,
    i18n,
    names,
    params,
    preview,
    quantities,
    sentences,
    sources,
    words,
)
from growth_claims.claims import Claim, Reading
from growth_claims.errors import InputErrors, ParameterError, nearest
from growth_claims.i18n import _
from growth_claims.kinds import Kinds, Sentence
from growth_claims.panel import Panel
from growth_claims.readings import Overrides, Study, assess, curve, history
from growth_claims.readings import result as judged
from growth_claims.readings.study import years_of
from growth_claims.region import Aggregate
from growth_claims.verdicts import Assessment, Found, Outcome, Result

#: Fewer years than this bear no test of a series.
SAMPLE = 20


def attempt(function: Callable, *arguments: Any, **options: Any) -> Any:
    """`function(*arguments, **options)`, or a Sentence where there are too few figures for it.

    So a notebook runs to its end for a period that is too short for a test. An argument that is a
    Sentence itself comes back as it is.
    """
    for argument in (*arguments, *options.values()):
        if isinstance(argument, Sentence):
            _forget(options.get("ax"))
            return argument
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments, **options)
    except (ValueError, LookupError, ZeroDivisionError, np.linalg.LinAlgError) as problem:
        _forget(options.get("ax"))
        name = getattr(function, "__name__", str(function))
        return Sentence(
            _(
                "Left out: {what} needs more figures than there are here ({reason}).",
                what=name,
                reason=str(problem).strip().rstrip("."),
            )
        )


def _forget(ax: Any) -> None:
    """Closes the figure of a chart that was not drawn, so that no empty one is shown."""
    if ax is not None:
        from matplotlib import pyplot

        pyplot.close(ax.figure)


def study(settings: params.Settings) -> Study:
    """Register, figures and events for a run's parameters, by the figures of the text's day.

    Raises InputErrors for what the register names and nothing here has.
    """
    register = claims.kept(settings.register)
    made = Study(
        register,
        Panel.load(settings.panel),
        quantities.known(),
        sources.events(),
        sources.statements(),
        register.article.date,
        settings.overrides,
    )
    if wrong := preview.problems(register, settings.register, made):
        raise InputErrors(wrong)
    return made


def open_check(settings: params.Settings, kind: str = "") -> Check:
    """The claim of a run's parameters, opened to be checked, in the run's language. `kind`: what
    sort of claim the notebook is for, such as "growth"; any by default.

    Raises ParameterError for a claim of another kind, and where the figures cannot answer with
    these parameters, before anything is computed.
    """
    i18n.speak(settings.language)
    made = study(settings)
    claim = settings.chosen(made.register, kind)
    if claim.primary is None:
        raise ParameterError(
            "claim",
            claim.id,
            "a claim that figures bear on; what would settle this one stands on the first page",
        )
    check = Check(made, claim, settings)
    if check.assessment.primary.problem is not None:
        with i18n.use("en"):  # as all errors are
            problem = Check(made, claim, settings).assessment.primary.problem
        wanted = f"a value for which there are figures; {problem.rstrip('.')}"
        raise ParameterError(check.blamed, getattr(settings, check.blamed, claim.id), wanted)
    from growth_claims import display

    display.call(made.register)
    return check


@dataclass(frozen=True)
class Check(Kinds):
    """A claim with everything that its check is made of.

    `reading`: the primary reading, resolved; `stated`: number and interval; `first`, `last`: its
    years; `assessment`: the verdict by the figures of the text's day, `today`: by the newest.
    """

    study: Study
    claim: Claim
    settings: params.Settings
    _kept: dict = field(default_factory=dict, compare=False, repr=False)

    # --- what is checked ---

    @property
    def stated(self):
        return self.claim.stated

    @cached_property
    def reading(self) -> Reading:
        return self.study.primary(self.claim)

    @property
    def first(self) -> int | None:
        return self.reading.start

    @property
    def last(self) -> int | None:
        return self.reading.end

    @cached_property
    def assessment(self) -> Assessment:
        return assess(self.study, self.claim)

    @cached_property
    def today(self) -> Assessment:
        return assess(self.study.on(None), self.claim)

    @property
    def verdict(self) -> str:
        return str(self.assessment.verdict)

    @property
    def found(self) -> Found | None:
        return self.assessment.primary.found

    @property
    def summary(self) -> str:
        """The answer in one sentence."""
        return sentences.summary(self)

    @property
    def blamed(self) -> str:
        """The parameter that is most likely the reason where there are no figures."""
        over, given = self.study.overrides, self.study.changes(self.claim)
        fields = {"economies": "economies", "weights": "weights", "first_year": "start"}
        for name, changed in (fields | {"last_year": "end"}).items():
            if changed in given and getattr(over, name):
                return name
        for source, _vintage in self.study.overrides.vintages:
            if source == self.reading.source:
                return f"{source}_vintage"
        return "claim"

    @property
    def without_effect(self) -> list[str]:
        """A sentence for each parameter that was set and that this claim has no use for."""
        return sentences.without_effect(self)

    # --- the figures ---

    @cached_property
    def _aggregate(self) -> Aggregate:
        return self.study.aggregate(self.reading, years_of(self.claim.kind, self.reading))

    def aggregate(self, economies: list[str] | None = None, **changes: Any) -> Aggregate:
        """The series of the reading, or of one with other fields (`economies`, `quantity`,
        `source`, `weights`, `vintage`): members, parts, values, estimated, editions."""
        if economies is None and not changes:
            return self._aggregate
        if economies is not None:
            changes["economies"] = tuple(economies)
        reading = self.study.filled(params.changed(self.reading, changes, self.study.panel))
        return self.study.aggregate(reading, years_of(self.claim.kind, reading))

    def members(self) -> pd.DataFrame:
        """The countries' own figures, year × country, in the quantity's unit."""
        return self._aggregate.members

    def parts(self) -> pd.DataFrame:
        """What each country contributes under the reading's weights, year × country, so that the
        region is the sum; the members themselves where countries are added up."""
        return self._aggregate.parts

    def group(self, code: str | None = None) -> pd.Series:
        """The published aggregate of a group (the one compared with), as a series by year."""
        code = code or self.reading.against
        years = years_of(self.claim.kind, self.reading)
        return self.study.aggregate(self.reading, years, (code,)).values.rename(code).dropna()

    def groups(self) -> pd.DataFrame:
        """The published aggregates that the region is ranked among, year × group."""
        return pd.DataFrame({code: self.group(code) for code in self.reading.among})

    def sample(self, region: pd.Series) -> pd.Series:
        """The years of a series for models and tests: the claim's own, or the last twenty of an
        unbroken run up to its end where the claim's period is shorter than that."""
        known = region.loc[: self.last].dropna()
        years = known.index.to_numpy()
        breaks = np.flatnonzero(np.diff(years) != 1)
        run = known.iloc[breaks[-1] + 1 :] if len(breaks) else known
        own = run.loc[self.first :] if self.first is not None else run
        return own if len(own) > SAMPLE // 2 else run.iloc[-SAMPLE - 1 :]

    @property
    def unit(self) -> str:
        """The unit of `members`, in words."""
        return words.unit(self.study.quantities.quantity(self.reading.quantity).unit)

    @property
    def region_name(self) -> str:
        """What the regional series measures, for its name and for charts."""
        return words.quantity(self.reading.quantity)

    @property
    def day(self) -> pd.Timestamp:
        """The day of the text."""
        return pd.Timestamp(self.study.register.article.date)

    def names(self, codes: pd.Series | pd.Index | list[str]) -> list[str]:
        """Codes of sources, economies and groups in words; places and series of events as the
        register calls them in the current language."""
        known, called = self.study.quantities.sources, self.study.register.called
        named = (words.publisher(c) if c in known else self.economy(c) for c in codes)
        return [called(name, i18n.language()) for name in named]

    @property
    def rests(self) -> tuple[str, str | None]:
        """The source, in words, and the edition that the verdict rests on."""
        vintage = self.found.vintage if self.found else None
        return words.publisher(self.reading.source or ""), vintage

    def economy(self, code: str) -> str:
        """An economy or a group in words, as the claim's edition names it."""
        vintage = self.found.vintage if self.found else None
        return words.economy(code, vintage, self.reading.source)

    def doubts(self) -> pd.DataFrame | Sentence:
        """The countries of the reading whose official figures the register doubts, and why."""
        doubted = [d for d in self.study.register.doubtful if d.economy in self.reading.economies]
        if not doubted:
            return Sentence(_("The register doubts the figures of none of these countries."))
        rows = [(self.economy(d.economy), d.why[i18n.language()]) for d in doubted]
        return pd.DataFrame(rows, columns=["country", "why"])

    def without(self, code: str) -> pd.Series:
        """The primary reading without one country: the number it gives and its outcome.

        A ParameterError where the reading has no such country.
        """
        there = self.reading.economies or self.members().columns
        if code not in there:
            listed = f"one of the reading's countries: {', '.join(there)}"
            raise ParameterError("code", code, listed, nearest(code, there))
        rest = [e for e in self.reading.economies if e != code]
        if not rest or self.reading.reporter:
            nothing = {"value": np.nan, "outcome": str(Outcome.NO_DATA)}
            return pd.Series(nothing, name=self.economy(code))
        one = self.read(economies=rest)
        return one[["value", "outcome"]].rename(self.economy(code))

    def believed(self, sample: pd.Series) -> Sentence:
        """Which estimator the unit-root tests let one believe, in a sentence."""
        root = attempt(growth.unit_root, sample)
        return root if isinstance(root, Sentence) else Sentence(sentences.believed(root))

    def marks(self) -> pd.DataFrame:
        """Earlier statements in the claim's unit, for charts: date, value, label."""
        times = self.stated.unit == "percent"
        rows = [
            (
                pd.Timestamp(r.day),
                (r.value - 1) * 100 if times and r.unit.startswith("times") else r.value,
                r.publisher,
            )
            for r in self.assessment.record
        ]
        return pd.DataFrame(rows, columns=["date", "value", "label"])

    # --- readings ---

    def read(self, **changes: Any) -> pd.Series:
        """A reading of your own: the primary one with fields changed (`economies=[…]`, `start=…`,
        `weights="ppp"`, `source="weo"`, …), with the number it gives and its outcome.

        A change that no reading has is a ParameterError that names the nearest.
        """
        reading = self.study.filled(params.changed(self.reading, changes, self.study.panel))
        one = judged(self.study, self.claim, reading)
        value = one.found.value if one.found else np.nan
        said = one.problem or words.found(self.claim, one.found)
        return pd.Series(
            {"value": value, "outcome": str(one.outcome), "said": said},
            name=words.reading(reading, self.study.register.economies),
        )

    def outcome(self, value: float) -> str:
        """What the stated interval makes of a number: "holds", "close" or "fails"."""
        from growth_claims.verdicts import outcome

        return str(outcome(self.stated, float(value), self.study.materiality))

    def results(self) -> list[Result]:
        """The primary reading and the named ones, judged."""
        return [self.assessment.primary, *self.assessment.others]

    def readings(self) -> pd.DataFrame:
        """The primary reading and the named ones: label, value, low, high, outcome, primary,
        defensible, why."""
        rows = []
        for one in self.results():
            label = one.named.label[i18n.language()] if one.named else _("the literal reading")
            found = one.found
            rows.append(
                {
                    "label": label,
                    "value": found.value if found else np.nan,
                    "low": np.nan,
                    "high": np.nan,
                    "said": words.found(self.claim, found) if found else one.problem,
                    "outcome": str(one.outcome),
                    "primary": one.named is None,
                    "defensible": one.defensible,
                    "why": one.named.why[i18n.language()] if one.named else "",
                }
            )
        return pd.DataFrame(rows)

    def curve(self) -> pd.DataFrame:
        """Every defensible reading (see `readings.curve.curve`)."""
        if "curve" not in self._kept:
            self._kept["curve"] = curve.curve(self.study, self.claim)
        return self._kept["curve"].copy()

    def labelled_curve(self) -> pd.DataFrame:
        """The curve with its choices in words, ready to be drawn; `attrs["choices"]` names those
        that vary."""
        return words.labelled(self.curve(), self.study)

    def share(self) -> dict[str, int]:
        """Of how many readings that differ the claim holds, and is close."""
        return curve.share(self.curve())

    def sensitivity(self) -> pd.DataFrame:
        """What each choice moves by itself, the largest first."""
        frame = curve.sensitivity(self.curve())
        return words.labelled_sensitivity(frame, self.study, self.reading.quantity)

    def windows(self) -> pd.DataFrame:
        """Growth between every first and last year (see `readings.history.windows`)."""
        return history.windows(self.study, self.claim)

    def by_year(self) -> pd.DataFrame:
        """The level or the multiple by last year (see `readings.history.by_year`)."""
        return history.by_year(self.study, self.claim)

    def vintages(self) -> pd.DataFrame:
        """The reading in every edition (see `readings.history.vintages`)."""
        return history.vintages(self.study, self.claim)

    def revisions(self) -> pd.DataFrame:
        """Every revision between two editions (see `readings.history.revisions`)."""
        return history.revisions(self.study, self.claim)

    def statements(self) -> pd.DataFrame:
        """Who stated the same quantity before, and what the figures of that day made of it."""
        rows = [
            {
                "date": r.date,
                "day": pd.Timestamp(r.day),
                "publisher": self.study.register.called(r.publisher, i18n.language()),
                "value": r.value,
                "unit": r.unit,
                "period": words.period(r.found.reading) if r.found else "",
                "then": r.found.value if r.found else np.nan,
                "source": r.source or "",
                "vintage": r.found.editions.get(r.source, "") if r.found else "",
                "outcome": str(r.outcome),
                "same": r.same,
                "url": r.url,
            }
            for r in self.assessment.record
        ]
        columns = ["date", "day", "publisher", "value", "unit", "period", "then", "source"]
        columns += ["vintage", "outcome", "same", "url"]
        return pd.DataFrame(rows, columns=columns)

    def estimates(self, sample: pd.Series) -> pd.DataFrame:
        """Average growth of a sample by every estimator: rate, low, high (percent a year), nobs,
        assumption; estimators that need more years are left out."""
        rows = {}
        for name, estimator in growth.ESTIMATORS.items():
            found = attempt(growth.estimate, name, sample)
            if isinstance(found, Sentence):
                continue
            rows[words.estimator(name)] = {
                "rate": found.rate,
                "low": np.nan if found.low is None else found.low,
                "high": np.nan if found.high is None else found.high,
                "nobs": found.nobs,
                "assumption": _(estimator.assumption),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def per_head(self) -> pd.Series | Sentence:
        """The comparison by the same quantity per head: the region's rate and the others'."""
        found = sentences.per_head(self.study, self.claim)
        if found is None:
            return Sentence(_("This claim is not compared per head."))
        return pd.Series(found.parts, name=_("per head, percent a year"))

    def events(self) -> pd.DataFrame:
        """The record of the series of events that the claim names, by date."""
        series = dict.fromkeys(n.series for n in self.reading.named)
        table = self.study.events
        return table[table["series"].isin(series)].sort_values("start_date", ignore_index=True)

    # --- what a run leaves ---

    def piece(self) -> dict[str, Any]:
        """What the run writes of its claim (see `pieces.piece`)."""
        from growth_claims import pieces

        return pieces.piece(self.study, self.claim, self.assessment, self.today, self.share())

    def save(self) -> dict[str, Any]:
        """Writes the verdict beside the page, where the run has an output folder; returns it."""
        from growth_claims import pieces

        piece = self.piece()
        if self.settings.output is not None:
            pieces.write(piece, self.settings.output, i18n.language())
        return piece

    def _repr_html_(self) -> str:
        from growth_claims import display

        return display.answer(self)

    def _repr_mimebundle_(self, **_options: Any):
        from growth_claims import display

        data = {"text/html": display.answer(self), "text/plain": repr(self)}
        return data, {"growth_claims": {"kind": "answer", "name": self.claim.id}}

    def __repr__(self) -> str:
        return "\n".join(
            [
                words.statement(self.claim),
                f"{words.verdict(self.assessment.verdict)}: {self.summary}",
                *self.without_effect,
            ]
        )


__all__ = ["Check", "Overrides", "Sentence", "attempt", "names", "open_check", "replace", "study"]
