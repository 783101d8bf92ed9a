"""What the kinds of claims are made of besides members and region: the figures of each reading,
what is compared, sets of countries, named events: the part of a Check that few notebooks use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from growth_claims import growth, i18n, words
from growth_claims.i18n import _
from growth_claims.readings.study import event, misfit, years_of
from growth_claims.verdicts import outcome


class Sentence(str):
    """What cannot be computed, said in a sentence: stands where an object would."""

    def _repr_markdown_(self) -> str:
        return f"*{self}*"

    def __repr__(self) -> str:
        return str(self)


class Kinds:
    """Tables by kind of claim; see `check.Check`, which has them all."""

    def by_reading(self) -> pd.DataFrame:
        """A level by country (rows) and reading (columns, labelled), of readings of the claim's own
        year that have figures; today's figures last."""
        columns = {
            one.named.label[i18n.language()] if one.named else _("the literal reading"): one.found
            for one in self.results()
        }
        columns[_("by today's figures")] = self.today.primary.found
        kept = {k: f.parts for k, f in columns.items() if f and f.reading.end == self.last}
        return pd.DataFrame(kept).reindex(list(self.found.parts)).rename_axis("country")

    def without_each(self) -> pd.DataFrame | Sentence:
        """`without` each country in turn."""
        codes = [] if self.reading.sets or self.reading.reporter else list(self.members().columns)
        if len(codes) < 2:
            return Sentence(
                _("The countries of this reading are not a region to leave one out of.")
            )
        return pd.DataFrame([self.without(code) for code in codes])

    @property
    def form(self) -> str:
        """How the claim compares: growth "against" one group, growth "among" several, or the size
        of one "subject" among countries."""
        return next(f for f in ("against", "among", "subject") if getattr(self.reading, f))

    @property
    def own(self) -> str:
        """The column of `compared` that the claim is about."""
        return self.reading.subject or _("the region")

    def compared(self) -> pd.DataFrame:
        """What is compared, year × series, in the quantity's unit: the region beside the groups, or
        the countries among which one is ranked."""
        if self.reading.subject:
            return self.members()
        codes = (self.reading.against,) if self.reading.against else self.reading.among
        region = self._aggregate.values.dropna()
        return pd.DataFrame({self.own: region, **{code: self.group(code) for code in codes}})

    @property
    def ranked_in(self) -> str:
        """The unit of what is ranked: of growth, or of the figures themselves."""
        if self.reading.subject:
            return self.study.quantities.quantity(self.reading.quantity).unit
        return "percent per year"

    @property
    def years(self) -> tuple[int, int]:
        """The years compared; where the claim names only the last, from the first that has all
        figures."""
        whole = self.compared().dropna().index
        return int(whole[0]) if self.first is None else self.first, self.last

    def rate(self, levels: pd.Series) -> float:
        """Average growth by the reading's estimator, percent a year, as the verdict takes it; NaN
        where there are too few years or no positive levels."""
        try:
            return growth.rate(self.reading.estimator or "endpoint", levels)
        except ValueError:
            return np.nan

    def shares(self) -> pd.DataFrame | Sentence:
        """Each country's share of all that are compared, percent, year × country."""
        if not self.reading.subject:
            return Sentence(_("Groups are compared by their growth; they are no parts of a whole."))
        compared = self.compared().dropna()
        return 100 * compared.div(compared.sum(axis="columns"), axis="index")

    def leads(self) -> pd.DataFrame | Sentence:
        """The lead in growth between every first and last year (see `readings.history.windows`)."""
        if not self.reading.against:
            return Sentence(_("A rank is followed over time by its last year alone."))
        return self.windows()

    def sets(self) -> pd.DataFrame:
        """The sums of the sets of countries that have to move the same way, year × set; one column
        where the claim names the region alone."""
        reading = self.reading
        years = years_of(self.claim.kind, reading)
        sets = reading.sets or (reading.economies or reading.partners,)
        sums = {words.economies(s): self.study.aggregate(reading, years, s).values for s in sets}
        if not reading.sets:
            sums = {self.region_name: next(iter(sums.values()))}
        return pd.DataFrame(sums).dropna(how="all")

    def least_fitting(self, changes: pd.Series) -> str:
        """Of several sets, by their changes, the one that least fits the claim: it decides."""
        return misfit(self.claim, changes).idxmax()

    def whole(self) -> pd.Series:
        """The group that the claim speaks of a share of, by year; 100 in every year where it speaks
        of no share, so that percent of it are the figures themselves."""
        if self.reading.against:
            return self.group()
        return pd.Series(100.0, index=self.sets().index, name="100")

    def set_members(self) -> pd.DataFrame:
        """The countries of all sets, year × country, as published."""
        reading = self.reading
        sets = reading.sets or (reading.economies or reading.partners,)
        every = tuple(dict.fromkeys(code for one in sets for code in one))
        years = years_of(self.claim.kind, reading)
        return self.study.aggregate(reading, years, every).members.dropna(how="all")

    @property
    def moves_in(self) -> str:
        """The unit of what moves: percent for a share, else that of the figures."""
        if self.reading.against:
            return "percent"
        return self.study.quantities.quantity(self.reading.quantity).unit

    @property
    def said(self) -> str:
        """What the literal reading gives, with its years, in a few words."""
        found = words.found(self.claim, self.found)
        return _("{period}: {found}", period=words.period(self.found.reading), found=found)

    @property
    def on(self) -> pd.Timestamp:
        """The day from which a claim looks back."""
        return pd.Timestamp(self.reading.day or self.study.register.article.date)

    def named(self) -> pd.DataFrame:
        """The events that the claim names, and what the record has of each: empty where it has
        none. An ordinal is not used to find its event."""
        rows = []
        for one in self.reading.named:
            told = [one.place, one.day or one.year, one.number]
            looked_up = {"number": None} if self.reading.test == "ordinal" else {}
            row = event(self.study, one.model_copy(update=looked_up))
            rows.append(
                {
                    "series": one.series,
                    "told": "; ".join(str(t) for t in told if t is not None),
                    "number": np.nan if row is None else row["number"],
                    "start_date": None if row is None else row["start_date"],
                    "end_date": None if row is None else row["end_date"],
                    "place": "" if row is None else row["place"],
                    "source_url": "" if row is None else row["source_url"],
                }
            )
        frame = pd.DataFrame(rows)
        dates = ["start_date", "end_date"]
        frame[dates] = frame[dates].apply(pd.to_datetime)
        return frame

    def otherwise(self) -> pd.DataFrame | Sentence:
        """The outcome of the literal reading under other intervals that the wording allows."""
        known = self.stated.otherwise
        if not known:
            return Sentence(_("The register names no other way to read the wording."))
        rows = [
            {
                "label": one.label[i18n.language()],
                "low": one.low,
                "high": one.high,
                "outcome": str(outcome(self.stated, self.found.value, self.study.materiality, one)),
            }
            for one in known
        ]
        return pd.DataFrame(rows)
