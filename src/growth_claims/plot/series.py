"""Charts of series by year: the region's, its countries', its comparison with others, shares; and
the CUSUM of a recursive regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from growth_claims import i18n
from growth_claims.i18n import _
from growth_claims.plot import style
from growth_claims.plot.style import BAND, INK, MUTED, PAPER, SERIES, Stated, amount, drawing


def _compared(
    name: str, value: float, stated: Stated, first: int, last: int, *, change: bool = False
) -> str:
    """The finding: the number, its period, and on which side of the stated one it lies. `change`:
    whether it is a change, which has a sign."""
    found = amount(value, stated.unit, stated, sign=change)
    values = {
        "found": found,
        "first": first,
        "last": last,
        "stated": style.stated_amount(stated, sign=change),
    }
    text = {
        -1: _("{found} from {first} to {last}, less than stated ({stated})", **values),
        0: _("{found} from {first} to {last}, as stated ({stated})", **values),
        1: _("{found} from {first} to {last}, more than stated ({stated})", **values),
    }[style.side(value, stated)]
    return f"{name}: {text}" if name else text


def _name(series: pd.Series) -> str:
    return str(series.name) if series.name is not None else ""


def _ends(region: pd.Series, first: int, last: int, ax: Axes) -> bool:
    """Whether both years have a figure; if not, draws what there is and says so."""
    missing = [str(year) for year in (first, last) if pd.isna(region.get(year))]
    if missing:
        ax.plot(region.index, region, color=SERIES[0], linestyle="-", linewidth=2.4)
        years = style.listing(missing)
        style.title(ax, _("There is no figure for {years}", years=years))
    return not missing


@drawing
def path(
    region: pd.Series, stated: Stated, *, first: int, last: int, unit: str | None = None, ax: Axes
) -> None:
    """The regional series (by year, in `unit`; its name is what is measured), and where the stated
    rate (percent a year) would have led from the first year's level: dashed for the number, a band
    for the interval."""
    if not _ends(region, first, last, ax):
        style.finish(ax, y=style.unit_words(unit), years="x")
        return
    years = np.arange(first, last + 1)
    base = float(region[first])

    def led(rate: float) -> np.ndarray:
        return base * (1 + rate / 100) ** (years - first)

    handles = []
    there = region.dropna()
    top = max(there.max(), led(stated.value)[-1] if stated.value is not None else 0)
    if stated.low is not None or stated.high is not None:
        low = led(stated.low) if stated.low is not None else np.zeros(len(years))
        high = led(stated.high) if stated.high is not None else np.full(len(years), 1.1 * top)
        ax.fill_between(years, low, high, facecolor=BAND, edgecolor=BAND, linewidth=1, zorder=1)
        handles.append(style.band_handle(stated))
    ends = [(last, float(region[last]), _("published"), SERIES[0])]
    if stated.value is not None:
        ax.plot(years, led(stated.value), color=INK, linewidth=1.4, linestyle=(0, (4, 3)))
        ends.append((last, led(stated.value)[-1], _("as stated"), INK))
    ax.plot(there.index, there, color=SERIES[0], linestyle="-", linewidth=2.4, zorder=3)
    ax.plot(
        [first, last],
        region[[first, last]],
        linestyle="none",
        marker="o",
        markersize=8,
        color=SERIES[0],
        markerfacecolor=PAPER,
        markeredgewidth=2,
        zorder=4,
    )
    ax.set_ylim(bottom=0)
    style.finish(ax, y=style.unit_words(unit), years="x")
    style.end_labels(ax, [(x, y, f"{t} {amount(y, None)}", c) for x, y, t, c in ends], 12)
    style.legend(ax, handles, below=26)
    rate = 100 * ((region[last] / base) ** (1 / (last - first)) - 1)
    style.title(ax, _compared(_name(region), float(rate), stated, first, last))


@drawing
def multiple(region: pd.Series, stated: Stated, first: int, last: int, *, ax: Axes) -> pd.Series:
    """The series as a multiple of its first year (as a change in percent, where the text states
    one), the stated interval across it."""
    if not _ends(region, first, last, ax):
        style.finish(ax, years="x")
        return region
    percent = stated.unit == "percent"
    there = region.dropna()
    shown = 100 * (there / region[first] - 1) if percent else there / region[first]
    ax.plot(shown.index, shown, color=SERIES[0], linestyle="-", linewidth=2.4, zorder=3)
    ax.plot(
        [first, last],
        shown[[first, last]],
        linestyle="none",
        marker="o",
        markersize=8,
        color=SERIES[0],
        markerfacecolor=PAPER,
        markeredgewidth=2,
        zorder=4,
    )
    ax.set_ylim(bottom=min(0, float(shown.min()) * 1.1))
    handles = style.band(ax, stated)
    if not percent or shown.min() >= 0:
        ax.set_ylim(bottom=0)
    names = {True: _("percent since {first}", first=first), False: _("{first} = 1", first=first)}
    style.finish(ax, y=names[percent], years="x")
    value = float(shown[last])
    words = amount(value, stated.unit, stated, sign=percent)
    style.end_labels(ax, [(last, value, words, SERIES[0])], 10)
    style.legend(ax, handles, below=26)
    style.title(ax, _compared(_name(region), value, stated, first, last, change=percent))
    return shown


def lines(ax: Axes, frame: pd.DataFrame, highlight: str | None = None) -> None:
    """A line a column with its name at its end; where one is highlighted the others are thin."""
    ends = []
    for i, column in enumerate(frame):
        series = frame[column].dropna()
        if not len(series):
            continue
        strong = highlight is None or column == highlight
        k = 0 if column == highlight else (i % (len(SERIES) - 1)) + 1
        colour = SERIES[i % len(SERIES)] if highlight is None else SERIES[k]
        dash = style.DASHES[0 if column == highlight else SERIES.index(colour)]
        width = 2 if highlight is None else (3.2 if strong else 1.4)
        ax.plot(
            series.index, series, color=colour, linewidth=width, linestyle=dash, zorder=3 + strong
        )
        ends.append((*style.last_point(series), str(column), colour))
    style.end_labels(ax, ends)


@drawing
def members(frame: pd.DataFrame, *, unit: str, kind: str = "area", ax: Axes) -> None:
    """The countries (year × country, in `unit`): their parts of the sum ("area"), or each by itself
    ("lines"), the names at the ends."""
    frame = frame.dropna(how="all")
    if kind == "lines":
        style.height(ax, max(230, 90 + 26 * frame.shape[1]))
        ax.margins(0.02, 0.08)
        ax.plot(frame.index, frame, linestyle="none")  # the limits, before the labels
        style.finish(ax, y=style.unit_words(unit), years="x")
        lines(ax, frame)
    else:
        filled = frame.fillna(0)
        tops = filled.cumsum(axis="columns")
        for i, column in enumerate(filled):
            ax.fill_between(
                filled.index,
                tops[column] - filled[column],
                tops[column],
                zorder=1,
                facecolor=SERIES[i % 6],
                edgecolor=PAPER,
                linewidth=1.5,
            )
        ax.set_xlim(frame.index.min(), frame.index.max())
        ax.set_ylim(bottom=0)
        style.finish(ax, y=style.unit_words(unit), years="x")
        end = frame.index[-1]
        middle = (tops - filled / 2).loc[end]
        ends = [(end, middle[c], str(c), SERIES[i % 6]) for i, c in enumerate(frame)]
        style.end_labels(ax, ends)
    year, row = frame.index[-1], frame.iloc[-1].dropna()
    if kind == "lines":
        text = _(
            "{year}: from {low} ({a}) to {high} ({b})",
            year=year,
            low=amount(row.min(), unit),
            high=amount(row.max(), unit),
            a=row.idxmin(),
            b=row.idxmax(),
        )
    else:
        part = i18n.percent(100 * row.max() / row.sum(), 0)
        text = _(
            "{year}: {sum} together; the largest part is {name}, {part}",
            year=year,
            sum=amount(row.sum(), unit),
            name=row.idxmax(),
            part=part,
        )
    style.title(ax, text)


@drawing
def compare(frame: pd.DataFrame, *, highlight: str, unit: str | None = None, ax: Axes) -> None:
    """One series against others (year × series: indices, or rates), the names at the ends."""
    frame = frame.dropna(how="all")
    style.height(ax, max(230, 90 + 26 * frame.shape[1]))
    ax.plot(frame.index, frame, linestyle="none")  # the limits, before the labels
    ax.margins(0.02, 0.08)
    style.finish(ax, y=style.unit_words(unit), years="x")
    lines(ax, frame, highlight)
    year = style.last_point(frame[highlight])[0]
    if np.isnan(year):
        style.title(ax, _("There are no figures for {name}", name=highlight))
        return
    row = frame.loc[year].dropna().sort_values(ascending=False)
    base = frame.index[np.isclose(frame, 100).all(axis=1)]
    values = {
        "year": int(year),
        "name": highlight,
        "found": amount(float(row[highlight]), unit),
        "place": list(row.index).index(highlight) + 1,
        "n": len(row),
    }
    text = _("{year}: {name} has {found}, rank {place} of {n}", **values)
    if unit is None and len(base):  # indices say who grew most, not who is largest
        text = _(
            "{name}: {found} in {year} ({base} = 100), rank {place} of {n} by growth",
            base=base[0],
            **values,
        )
    style.title(ax, text)


@drawing
def ranking(frame: pd.DataFrame, *, highlight: str, unit: str, ax: Axes) -> None:
    """Bars, the largest first (`frame`: label, value); the highlighted one stands out by its
    colour and by an arrow before its name."""
    ordered = frame.dropna(subset="value").sort_values("value", ascending=False, kind="stable")
    chosen = (ordered["label"] == highlight).to_numpy()
    labels = [f"▸ {t}" if c else str(t) for t, c in zip(ordered["label"], chosen, strict=True)]
    y = style.rows(ax, labels, step=36)
    bars = ax.barh(y, ordered["value"], height=13, zorder=2)
    for bar, strong in zip(bars, chosen, strict=True):
        bar.set(facecolor=SERIES[0] if strong else SERIES[5], edgecolor=INK, linewidth=0.8 * strong)
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.margins(x=0.2)
    if len(ordered) and ordered["value"].min() >= 0:
        ax.set_xlim(left=0)
    least = max(map(style.decimals, ordered["value"]), default=0)
    places = style.apart(ordered["value"], least, 3)
    for value, at in zip(ordered["value"], y, strict=True):
        side, ha = (5, "left") if value >= 0 else (-5, "right")
        ax.annotate(
            i18n.number(value, places),
            (value, at),
            (side, 0),
            va="center",
            ha=ha,
            textcoords="offset points",
            bbox=style.BOX,
        )
    style.finish(ax, x=style.unit_words(unit))
    text = _("{name} is not among the {n}", name=highlight, n=len(ordered))
    if chosen.any():
        place = int(np.flatnonzero(chosen)[0]) + 1
        found = amount(float(ordered["value"].iloc[place - 1]), unit)
        text = _(
            "{name}: rank {place} of {n}, {found}",
            name=highlight,
            place=place,
            n=len(ordered),
            found=found,
        )
    style.title(ax, text)


@drawing
def shares(series: pd.Series, stated: Stated | None = None, *, ax: Axes) -> None:
    """A share over time (percent; the name is what it is a share of), and what was stated."""
    there = series.dropna()
    ax.plot(there.index, there, color=SERIES[0], linestyle="-", linewidth=2.4, zorder=3)
    ends = there.iloc[[0, -1]]
    ax.plot(
        ends.index,
        ends,
        linestyle="none",
        marker="o",
        color=SERIES[0],
        markersize=8,
        markerfacecolor=PAPER,
        markeredgewidth=2,
        zorder=4,
    )
    ax.margins(0.03, 0.15)
    style.legend(ax, style.band(ax, stated), below=26)
    style.finish(ax, y=style.unit_words("percent"), years="x")
    words = [amount(float(v), "percent", stated) for v in ends]
    style.end_labels(ax, [(ends.index[-1], float(ends.iloc[-1]), words[1], SERIES[0])])
    text = _(
        "from {a} in {first} to {b} in {last}",
        a=words[0],
        b=words[1],
        first=there.index[0],
        last=there.index[-1],
    )
    style.title(ax, f"{_name(series)}: {text}" if series.name is not None else text)


@drawing
def cusum(results, *, ax: Axes) -> pd.Series:
    """The CUSUM of recursive residuals (`results` of statsmodels' RecursiveLS) between its bounds
    of 5 % (Brown, Durbin and Evans 1975): outside them the coefficients are not constant."""
    values = np.asarray(results.cusum, dtype=float)
    if not len(values):
        style.instead(ax, _("There are no figures to draw."))
        return pd.Series(dtype=float)
    n = int(results.nobs)
    skipped = n - len(values)
    labels = results.model.data.row_labels
    years = np.asarray(range(1, n + 1) if labels is None else _years(labels), float)[skipped:]
    step = np.arange(1, len(values) + 1)
    bound = 0.948 * np.sqrt(n - skipped) + 2 * 0.948 * step / np.sqrt(n - skipped)
    ax.fill_between(years, -bound, bound, facecolor=BAND, edgecolor="none", zorder=0.6)
    for sign in (-1, 1):
        ax.plot(years, sign * bound, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.plot(years, values, color=SERIES[0], linestyle="-", zorder=3)
    ax.margins(x=0.02)
    style.finish(ax, y=_("cumulated residuals"), years="x")
    line = Line2D([], [], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    line.set_label(_("bounds of a test at 5 %"))
    style.legend(ax, [line], below=26)
    outside = np.flatnonzero(np.abs(values) > bound)
    text = _("The CUSUM stays within its bounds: no sign that growth changed")
    if len(outside):
        text = _(
            "The CUSUM leaves its bounds in {year}: growth changed", year=f"{years[outside[0]]:.0f}"
        )
    style.title(ax, text)
    return pd.Series(values, pd.Index(years.astype(int), name="year"), name="CUSUM")


def _years(labels) -> list[float]:
    """Years of an index of years, dates or periods."""
    return [float(getattr(label, "year", label)) for label in labels]
