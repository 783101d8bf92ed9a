"""Charts of the figures themselves: events, coverage, disagreements and revisions of the published
numbers, and how often the intervals of the estimators cover the truth."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from growth_claims import i18n, words
from growth_claims.i18n import _, ngettext
from growth_claims.plot import style
from growth_claims.plot.readings import runs
from growth_claims.plot.series import lines
from growth_claims.plot.style import INK, MARKERS, MUTED, SERIES, amount, drawing


@drawing
def events(frame: pd.DataFrame, *, ax: Axes) -> None:
    """A timeline, the first event on top (`frame`: date, label, place, series): each series with a
    mark of its own."""
    ordered = frame.assign(date=pd.to_datetime(frame["date"])).sort_values("date", kind="stable")
    labels = [
        ", ".join(str(t) for t in (i18n.date(r.date.date()), r.label, r.place) if pd.notna(t) and t)
        for r in ordered.itertuples()
    ]
    y = pd.Series(style.rows(ax, labels), ordered.index)
    handles = []
    for i, (name, group) in enumerate(ordered.groupby("series", sort=False)):
        look = {"linestyle": "none", "marker": MARKERS[i % 6], "color": SERIES[i % 6]}
        ax.plot(group["date"], y[group.index], markersize=9, zorder=3, **look)
        handles.append(Line2D([], [], label=str(name), **look))
    ax.margins(x=0.05)
    style.finish(ax)
    ax.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=6))
    whole = ordered["date"].max() - ordered["date"].min() > pd.Timedelta(days=900)
    ax.xaxis.set_major_formatter(DateFormatter("%Y" if whole else "%Y-%m"))
    style.legend(ax, handles, below=26)
    n = len(ordered)
    text = ngettext(
        "{n} event, {first}",
        "{n} events, {first} to {last}",
        n,
        first=i18n.date(ordered["date"].iloc[0].date()),
        last=i18n.date(ordered["date"].iloc[-1].date()),
    )
    style.title(ax, text)


@drawing
def revisions(frame: pd.DataFrame, *, unit: str = "percent", ax: Axes) -> None:
    """How much figures were revised (`frame`: label, revision in `unit`), the most on top."""
    order = frame["revision"].abs().sort_values(ascending=False, kind="stable").index
    ordered = frame.loc[order].dropna(subset="revision")
    y = style.rows(ax, ordered["label"], step=36)
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.hlines(y, 0, ordered["revision"], color=SERIES[0], linewidth=2)
    ax.plot(ordered["revision"], y, linestyle="none", marker="o", color=SERIES[0])
    ax.margins(x=0.25)
    for value, at in zip(ordered["revision"], y, strict=True):
        ax.annotate(
            i18n.number(value, style.decimals(value), sign=True),
            (value, at),
            (9 if value >= 0 else -9, 0),
            textcoords="offset points",
            va="center",
            ha="left" if value >= 0 else "right",
            bbox=style.BOX,
        )
    style.finish(ax, x=_("revision, {unit}", unit=style.unit_words(unit)))
    most = ordered.iloc[0]
    text = _(
        "The largest revision: {label}, {amount}",
        label=most["label"],
        amount=amount(float(most["revision"]), unit, sign=True),
    )
    style.title(ax, text)


@drawing
def coverage(frame: pd.DataFrame, *, ax: Axes) -> None:
    """Which years have figures (rows: labels; columns: years; values: a status as text, or
    missing): a bar a year, each status of a thickness of its own; a gap has none."""
    y = style.rows(ax, frame.index, step=34)
    table, all_years = frame.to_numpy(dtype=object), frame.columns.to_numpy(int)
    statuses = list(dict.fromkeys(v for v in table.ravel() if pd.notna(v) and v))
    handles = []
    for i, status in enumerate(statuses):
        look = {"color": SERIES[i % 6], "linewidth": (11, 5, 2)[i % 3], "solid_capstyle": "butt"}
        for place, row in zip(y, table, strict=True):
            for first, last in runs(all_years[row == status]):
                ax.plot([first - 0.4, last + 0.4], [place, place], linestyle="-", **look)
        handles.append(Line2D([], [], label=str(status), **look))
    ax.margins(x=0.03)
    style.finish(ax, years="x")
    style.legend(ax, handles, below=26)
    n, k = frame.size, int(frame.notna().to_numpy().sum())
    style.title(ax, _("{k} of {n} figures are there", k=k, n=n))


@drawing
def disagreement(frame: pd.DataFrame, *, unit: str | None = None, ax: Axes) -> None:
    """What the sources have for the same thing (`frame`: label, source, value; `unit`, or a column
    of that name): a row a label, a mark a source."""
    unit = unit or frame["unit"].iloc[0]
    there = frame.dropna(subset="value")
    ends = there.groupby("label", sort=False)["value"].agg(["min", "max"])
    gap = ends["max"] - ends["min"]
    if not gap.any():
        style.instead(ax, _("The sources have the same figures."))
        return
    labels = list(dict.fromkeys(frame["label"]))
    y = dict(zip(labels, style.rows(ax, labels), strict=True))
    for label, group in there.groupby("label", sort=False):
        ax.hlines(y[label], group["value"].min(), group["value"].max(), color=MUTED, linewidth=1)
    handles = []
    for i, (name, group) in enumerate(there.groupby("source", sort=False)):
        look = {"linestyle": "none", "marker": MARKERS[i % 6], "color": SERIES[i % 6]}
        ax.plot(
            group["value"],
            [y[t] for t in group["label"]],
            markerfacecolor="none",
            markeredgewidth=2,
            zorder=3,
            **look,
        )
        handles.append(Line2D([], [], label=str(name), markerfacecolor="none", **look))
    ax.margins(x=0.06)
    style.finish(ax, x=style.unit_words(unit))
    style.legend(ax, handles)
    most = gap.idxmax()
    low, high = ends.loc[most]
    places = style.apart((low, high), max(style.decimals(low), style.decimals(high)), 7)
    text = _(
        "The sources differ most for {label}: {low} to {high}",
        label=most,
        low=words.amount(low, unit, places),
        high=words.amount(high, unit, places),
    )
    style.title(ax, text)


@drawing
def intervals_coverage(frame: pd.DataFrame, *, nominal: float = 95, ax: Axes) -> None:
    """How often the estimators' intervals cover the true rate (rows: estimators; columns: years of
    data; values: percent), beside the `nominal` percentage."""
    turned = frame.T
    style.height(ax, max(230, 90 + 26 * turned.shape[1]))
    ax.plot(turned.index, turned, linestyle="none")
    ax.axhline(nominal, color=INK, linewidth=1.2, linestyle="-")
    ax.margins(0.03, 0.12)
    style.finish(ax, x=_("years of data"), y=_("percent of the intervals"), years="x")
    ax.xaxis.set_major_locator(FixedLocator(list(turned.index)))
    lines(ax, turned)
    key = Line2D([], [], color=INK, linewidth=1.2)
    key.set_label(_("what they promise: {n}", n=i18n.percent(nominal, 0)))
    style.legend(ax, [key])
    low, high = (float(f) for f in (frame.min().min(), frame.max().max()))
    text = _(
        "Of intervals that promise {n}, between {low} and {high} cover the true rate",
        n=i18n.percent(nominal, 0),
        low=i18n.percent(low, 0),
        high=i18n.percent(high, 0),
    )
    style.title(ax, text)
