"""A claim to play with in JupyterLab: controls for all that a reading chooses; chart, number,
interval, outcome and the reading's place among all readings follow."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import yaml
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import MaxNLocator
from PIL import Image

from growth_claims import claims, growth, i18n, params, paths, plot, words
from growth_claims.check import Check, study
from growth_claims.claims import Claim, Reading
from growth_claims.i18n import N_, _
from growth_claims.plot import style
from growth_claims.plot.style import BAND, INK, MUTED, PAPER, SERIES
from growth_claims.readings import Overrides, evaluate
from growth_claims.readings import curve as curves
from growth_claims.region import LATEST, NoData, observed
from growth_claims.verdicts import outcome

#: Pixels: of the chart in a notebook, and of the words above it.
WIDTH, HEIGHT, WORDS = 720, 430, 96
#: Pixels: the width of a control.
CONTROL = 340
#: As many series as a chart can show.
MOST = 8
#: Fields that the controls set, and their order in a register.
FIELDS = ("source", "vintage", "economies", "weights", "estimator", "start", "end")
COLOURS = {"holds": SERIES[2], "close": SERIES[0], "fails": SERIES[1]}
CONTROLS = {
    "register": N_("Register"),
    "claim": N_("Claim"),
    "years": N_("Years"),
    "end": N_("Year"),
    "source": N_("Source"),
    "vintage": N_("Edition"),
    "weights": N_("Weights"),
    "estimator": N_("Estimator"),
    "economies": N_("Countries"),
}


class Explorer:
    """Controls beside a chart. Shown as a cell's last object; every choice can also be set in code:
    `explorer.set(start=2010, weights="ppp")`.

    `namespace`: where after every choice the plain variables `check`, `members`, `region`,
    `results` and `ax` are put. `reading`, `found`, `outcome`, `place` (readings below, of how many)
    and `yaml` are attributes; `found` is None where there are no figures, and `problem` says why.
    """

    def __init__(self, settings: params.Settings, namespace: dict[str, Any] | None = None):
        i18n.speak(settings.language)
        self.settings, self.namespace = settings, {} if namespace is None else namespace
        self._curves: dict[tuple[str, str], pd.DataFrame] = {}
        self._quiet = True
        self._draw_frame()
        self._make_controls()
        self._open_register(settings.register, settings.claim)
        self._quiet = False
        self.update()

    # --- what is chosen ---

    def set(self, **changes: Any) -> Explorer:
        """Changes fields of the reading, as the controls do; a ParameterError names a wrong one."""
        self._take(params.changed(self.reading, changes, self.study.panel))
        return self

    def _open_register(self, path: Path, claim: str = "") -> None:
        self.study = study(self._settings(path))
        known = [c for c in self.study.register.claims if c.primary and c.kind != "events"]
        ids = [c.id for c in known]
        self.controls["claim"].options = [(_cut(words.statement(c)), c.id) for c in known]
        self.controls["claim"].value = claim if claim in ids else ids[0]
        self._open_claim()

    def _settings(self, path: Path) -> params.Settings:
        plain = {"first_year": None, "last_year": None, "economies": (), "weights": None}
        plain |= {"wdi_vintage": "", "weo_vintage": "", "output": None}
        return replace(self.settings, register=path, **plain)

    def _open_claim(self) -> None:
        self.claim: Claim = self.study.register.claim(self.controls["claim"].value)
        self.literal: Reading = self.study.filled(self.claim.primary)
        self.reading = self.literal
        key = (self.study.register.id, self.claim.id)
        if key not in self._curves:
            self._curves[key] = curves.curve(self.study, self.claim)
        self.curve = self._curves[key]
        self._fit_controls()

    def _take(self, reading: Reading) -> None:
        """Goes to another reading of the same claim."""
        self.reading = self.study.filled(reading)
        self._fit_controls()
        self.update()

    # --- the controls ---

    def _make_controls(self) -> None:
        def named(name: str) -> dict[str, Any]:
            own = {
                "layout": widgets.Layout(width=f"{CONTROL}px"),
                "style": {"description_width": "76px"},
            }
            return {"description": _(CONTROLS[name]), **own}

        at = self.settings.register
        known = {p.resolve(): paths.shown(p) for p in [*claims.registers(), at]}
        self.controls: dict[str, Any] = {
            "register": widgets.Dropdown(
                options=[(text, path) for path, text in known.items()],
                value=at.resolve(),
                **named("register"),
            ),
            "claim": widgets.Dropdown(**named("claim")),
            "years": widgets.IntRangeSlider(continuous_update=False, **named("years")),
            "end": widgets.IntSlider(continuous_update=False, **named("end")),
            **{n: widgets.Dropdown(**named(n)) for n in ("source", "vintage")},
            **{n: widgets.Dropdown(**named(n)) for n in ("weights", "estimator")},
            "economies": widgets.SelectMultiple(**named("economies")),
        }
        for name, control in self.controls.items():
            control.observe(lambda change, n=name: self._chosen(n, change["new"]), "value")
        back = widgets.Button(
            description=_("Back to the literal reading"),
            layout=widgets.Layout(width=f"{CONTROL}px"),
        )
        back.on_click(lambda _button: self._take(self.literal))
        self.copy = widgets.HTML()
        self.words = widgets.HTML(layout=widgets.Layout(height=f"{WORDS}px", overflow="auto"))
        size = {"width": f"{WIDTH}px", "height": f"{HEIGHT}px", "max_width": "100%"}
        size |= {"object_fit": "contain", "object_position": "left top"}
        self.picture = widgets.Image(format="png", layout=widgets.Layout(**size))
        left = widgets.VBox(
            [*self.controls.values(), back, self.copy],
            layout=widgets.Layout(flex=f"0 0 {CONTROL + 10}px"),  # a long line is not to squeeze it
        )
        right = widgets.VBox(
            [self.words, self.picture], layout=widgets.Layout(flex="1 1 480px", min_width="0")
        )
        self.box = widgets.HBox([left, right], layout=widgets.Layout(flex_flow="row wrap"))

    def _fit_controls(self) -> None:
        """Options and values of the controls by the claim and its reading, without an echo."""
        self._still = None
        was, self._quiet = self._quiet, True
        r, known = self.reading, self.study.quantities
        start, end = self._span()
        for name, there in (("years", r.start is not None), ("end", r.start is None)):
            self.controls[name].layout.display = "flex" if there else "none"
        years, last = self.controls["years"], self.controls["end"]
        for slider in (years, last):
            slider.max = max(end, slider.min)
            slider.min, slider.max = start, end
        if r.start is not None:
            years.value = (r.start, r.end)
        last.value = r.end
        sources = known.sources_of(r.quantity)
        self._offer("source", [(words.publisher(s), s) for s in sources], r.source)
        day = _("of the text's day")
        editions = [(day, ""), (_("the newest"), LATEST)]
        editions += [(words.vintage(v), v) for v in self._editions()[::-1]]
        self._offer("vintage", editions, r.vintage)
        allowed = known.weights_of(r.quantity)
        weights = [(words.weights(r.quantity, w), w) for w in allowed]
        self._offer("weights", weights or [("–", r.weights)], r.weights)
        ways = [(words.estimator(e), e) for e in get_args(claims.Estimator)]
        self._offer("estimator", ways if r.estimator else [("–", None)], r.estimator)
        region = self.literal.economies
        select = self.controls["economies"]
        select.layout.display = "flex" if region else "none"
        options = [(words.economy(e), e) for e in region]
        if list(select.options) != options:
            select.value = ()  # a browser would look for the old choice among the new options
            select.options = options
        select.rows = max(1, min(len(region), 7))
        select.value = tuple(e for e in r.economies if e in region)
        select.disabled = len(region) < 2
        self._quiet = was

    def _offer(self, name: str, options: list[tuple[str, Any]], value: Any) -> None:
        control = self.controls[name]
        if value not in [v for _label, v in options]:
            options = [*options, (str(value or "–"), value)]
        if list(control.options) != options:
            control.options = options
        control.index = [v for _label, v in options].index(value)  # None is a value too
        control.disabled = len(options) < 2

    def _span(self) -> tuple[int, int]:
        """First and last year that can be chosen: those of any figure of the source."""
        made = self._view()
        years = made.index if made is not None else [self.literal.end]
        ends = [y for y in (self.reading.start, self.reading.end) if y is not None]
        return int(min(*years, *ends)), int(max(*years, *ends))

    def _view(self) -> pd.DataFrame | None:
        """The figures of the source by its newest edition, for the years that there are at all."""
        reading = self.literal.like({"source": self.reading.source}).change(vintage=LATEST)
        try:
            check = self._check(reading)
            made = check.set_members() if self.claim.kind == "direction" else check.members()
        except NoData:
            return None
        projects = self.study.quantities.sources[reading.source].projects
        edition = self._editions()[-1:] or [""]
        there = made.dropna(how="all")
        return there[[not projects or observed(edition[0], y, True) for y in there.index]]

    def _editions(self) -> list[str]:
        quantity = self.study.quantities.quantity(self.reading.quantity)
        recipe = quantity.sources.get(self.reading.source)
        indicators = recipe.indicators() if recipe else ()
        return list(self.study.panel.vintages(self.reading.source, *indicators))

    def _chosen(self, name: str, value: Any) -> None:
        """A control was moved."""
        if self._quiet:
            return
        if name in ("register", "claim"):
            self._quiet = True
            if name == "register":
                self._open_register(Path(value))
            else:
                self._open_claim()
            self._quiet = False
            self.update()
            return
        changes = {"years": lambda v: {"start": v[0], "end": v[1]}}.get(name, lambda v: {name: v})
        try:
            reading = self.reading.like(changes(value))
        except ValueError:  # both ends on one year, or no country: nothing to compute
            self._say(None, _("A period needs two years."))
            return
        if name == "economies" and not value:
            self._say(None, _("A region needs a country."))
            return
        if name == "source":
            self._take(reading)
            return
        self.reading = self.study.filled(reading)
        self.update()

    # --- what follows ---

    def _check(self, reading: Reading) -> Check:
        """A Check whose literal reading is this one."""
        claim = self.claim.model_copy(update={"primary": reading})
        return Check(replace(self.study, overrides=Overrides()), claim, self.settings)

    def update(self) -> None:
        """Computes the reading and brings words, chart and variables up to date."""
        self.check, self.problem = self._check(self.reading), None
        try:
            interval = self.claim.kind == "growth"
            self.found = evaluate(self.study, self.claim, self.reading, interval=interval)
            self._compute()
        except NoData as problem:
            self.found, self.problem = None, str(problem)
            self.outcome, self.members, self.region, self.results = "no data", None, None, None
        self._say(self.found, self.problem)
        self._copy()
        if self.found is not None:
            self._draw()
        names = ("check", "members", "region", "results", "ax")
        self.namespace.update(zip(names, self.state, strict=True))

    @property
    def state(self) -> tuple:
        """check, members, region, results, ax: what `namespace` holds after every choice."""
        return self.check, self.members, self.region, self.results, self.ax

    def _compute(self) -> None:
        check, r = self.check, self.reading
        self.outcome = str(outcome(self.claim.stated, self.found.value, self.study.materiality))
        if self.claim.kind == "direction":
            self.members = check.set_members()
            sums = check.sets()
            self.series = 100 * sums.div(check.whole(), axis="index") if r.against else sums
            self.region = self.series.iloc[:, 0]
        else:
            self.members = check.members()
            parts = check.parts()
            self.region = parts.sum(axis="columns", min_count=parts.shape[1]).dropna()
            self.region.name = check.region_name
            self.series = self.region.to_frame()
        if self.claim.kind == "comparison":
            compared = check.compared()
            codes = [check.own, *compared.columns.drop(check.own)]
            compared = compared[codes]
            if r.start is not None:
                compared = 100 * compared / compared.loc[r.start]
            self.series = compared.set_axis(check.names(codes), axis="columns")
        self.results = self._results()
        others = self.curve["value"].to_numpy(float)
        self.place = int((others < self.found.value - 1e-12).sum()), len(others)

    def _results(self) -> Any:
        """What statsmodels fitted for the estimator, or the estimate; the number found for claims
        without one."""
        if self.claim.kind != "growth":
            return self.found
        r = self.reading
        one = growth.estimate(r.estimator, self.region.loc[r.start : r.end])
        return one if one.results is None else one.results

    members = region = results = series = None
    outcome, place = "no data", (0, 0)

    # --- words ---

    def _say(self, found: Any, problem: str | None) -> None:
        stated = words.stated(self.claim)
        if found is None:
            said = f"<b>{html.escape(problem or '')}</b>"
        else:
            interval = ""
            if found.low is not None:
                n = words.decimals(self.claim, found.value)
                low, high = i18n.number(found.low, n), i18n.number(found.high, n)
                interval = _("95 % interval: {low} to {high}.", low=low, high=high)
            below, count = self.place
            place = i18n.ngettext(
                "Of {n} reading, {below} give less.",
                "Of {n} readings, {below} give less.",
                count,
                below=below,
            )
            as_stated = _("stated")
            sign = {"holds": "✔", "close": "≈"}.get(self.outcome, "✘")
            said = (
                f'<b style="font-size:1.35em">{html.escape(words.found(self.claim, found))}</b> '
                f"<b>{sign} {words.outcome(self.outcome)}</b> "
                f"({as_stated}: {html.escape(stated)})<br>{interval} {place}"
            )
        line = words.reading(self.reading, self.study.register.economies, found and found.vintage)
        self.words.value = (
            f'<div role="status" aria-live="polite" style="line-height:1.4">{said}'
            f"<br><small>{html.escape(line)}</small></div>"
        )

    @property
    def yaml(self) -> str:
        """The reading as a named reading for the register; "" for the literal one."""
        changed = {
            name: getattr(self.reading, name)
            for name in FIELDS
            if getattr(self.reading, name) != getattr(self.literal, name)
        }
        if not changed:
            return ""
        changed = {k: list(v) if isinstance(v, tuple) else v for k, v in changed.items()}
        region = self.study.register.economies
        named = {
            "id": "-".join(["explored", *changed]),
            "label": i18n.both(lambda: words.reading(self.reading, region)),
            "why": i18n.both(lambda: _("Found by exploring: its author is to say why.")),
            "change": changed,
            "defensible": False,
        }
        return yaml.safe_dump([named], allow_unicode=True, sort_keys=False, width=100)

    def _copy(self) -> None:
        text = self.yaml
        if not text:
            literal = _("This is the literal reading.")
            self.copy.value = f"<small>{literal}</small>"
            return
        label = _("Copy as a named reading")
        click = "navigator.clipboard.writeText(this.nextElementSibling.textContent)"
        self.copy.value = (
            f'<button type="button" class="jupyter-button" onclick="{click}">'
            f"{label}</button>"
            f'<pre tabindex="0" style="width:{CONTROL}px;max-height:150px;overflow:auto;'
            'white-space:pre">'
            f"{html.escape(text)}</pre>"
        )

    # --- the chart ---

    def _draw_frame(self) -> None:
        """Figure, Axes and everything that moves, made once."""
        with plt.style.context(plot.STYLE):
            self.figure, (self.ax, self.strip) = plt.subplots(
                2,
                1,
                figsize=(WIDTH / 100, HEIGHT / 100),
                dpi=120,
                height_ratios=(5, 1),
                layout="none",
            )
        plt.close(self.figure)
        self.figure.subplots_adjust(0.09, 0.12, 0.78, 0.9, hspace=0.42)
        FigureCanvasAgg(self.figure)
        ax, strip = self.ax, self.strip
        self.lines = [
            ax.plot([], [], color=SERIES[i % 6], lw=2 if i else 3)[0] for i in range(MOST)
        ]
        look = {"textcoords": "offset points", "va": "center", "fontsize": 9}
        self.labels = [
            ax.annotate("", (0, 0), (6, 0), color=c, **look) for c in (SERIES * 2)[:MOST]
        ]
        (self.ends,) = ax.plot([], [], "o", color=SERIES[0], mfc=PAPER, mew=2, ms=8, zorder=5)
        (self.path,) = ax.plot([], [], color=INK, lw=1.4, linestyle=(0, (4, 3)))
        self.title = ax.set_title("", loc="left", fontsize=11)
        (self.cloud,) = strip.plot([], [], "|", color=MUTED, ms=14, mew=1.2)
        (self.mark,) = strip.plot([], [], "D", ms=9, mec=INK, zorder=5)
        self.band = strip.axvspan(0, 0, color=BAND, zorder=0)
        self.below = strip.set_xlabel("", fontsize=9)
        strip.set(yticks=[], ylim=(-1, 1))
        for one in (ax, strip):
            one.tick_params(labelsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(7, integer=True))
        style.numbers(ax.yaxis)
        style.numbers(strip.xaxis)
        self.moving = [*self.lines, *self.labels, self.path, self.ends, self.title]
        self.moving += [self.band, self.cloud, self.mark]
        for artist in self.moving:
            artist.set_animated(True)
        self._still: tuple | None = None

    def _draw(self) -> None:
        """Moves lines, marks and words to the reading; nothing is made anew."""
        r, found, stated = self.reading, self.found, self.claim.stated
        shown = self.series.loc[: self._last_shown()].iloc[:, :MOST]
        for i, line in enumerate(self.lines):
            series = shown.iloc[:, i].dropna() if i < shown.shape[1] else pd.Series(dtype=float)
            line.set_data(series.index, series)
            there = len(series) > 0
            line.set_visible(there)
            self.labels[i].set_visible(there)
            self.labels[i].set_text(_cut(str(shown.columns[i]), 20) if there else "")
            self.labels[i].xy = (series.index[-1], series.iloc[-1]) if there else (0, 0)
        own = shown.iloc[:, 0].dropna()
        ends = own.reindex([y for y in (r.start, r.end) if y is not None]).dropna()
        self.ends.set_data(ends.index, ends)
        path = self._stated_path(own)
        self.path.set_data(path.index, path)
        self.title.set_text(f"{words.period(r)}: {words.found(self.claim, found)}")
        self._strip(found.value, stated)
        self._limits([*self.lines, self.path])
        self._part_labels()
        self.picture.value = self._png()

    def _part_labels(self) -> None:
        """Names at the ends of lines, apart from each other."""
        shown = [label for label in self.labels if label.get_text()]
        y = np.array([self.ax.transData.transform(label.xy)[1] for label in shown])
        box = self.ax.bbox
        parted = style.between(style.spread(y, 20), 20, box.y0, box.y1)
        for label, at, free in zip(shown, y, parted, strict=True):
            label.set_position((6, (free - at) * 72 / self.figure.dpi))

    def _last_shown(self) -> int:
        """The last year drawn: those after it are projections."""
        return max(int(self.controls["end"].max), self.reading.end)

    def _stated_path(self, own: pd.Series) -> pd.Series:
        """Where the stated number would have led, for growth."""
        r, value = self.reading, self.claim.stated.value
        if self.claim.kind != "growth" or value is None or r.start not in own.index:
            return pd.Series(dtype=float)
        years = np.arange(r.start, r.end + 1)
        return pd.Series(own[r.start] * (1 + value / 100) ** (years - r.start), index=years)

    def _strip(self, value: float, stated: Any) -> None:
        others = self.curve["value"].to_numpy(float)
        self.cloud.set_data(others, np.zeros(len(others)))
        self.mark.set_data([value], [0])
        self.mark.set_markerfacecolor(COLOURS.get(self.outcome, PAPER))
        known = [*others, value, *(x for x in (stated.low, stated.high) if x is not None)]
        low, high = min(known), max(known)
        room = 0.06 * (high - low) or 0.5
        self._widen(self.strip.get_xlim, self.strip.set_xlim, low - room, high + room)
        edges = self.strip.get_xlim()
        ends = [edges[0] if stated.low is None else stated.low]
        ends += [edges[1] if stated.high is None else stated.high]
        self.band.set_x(ends[0])
        self.band.set_width(ends[1] - ends[0])
        self.below.set_text(_("all readings, {unit}", unit=words.unit(stated.unit)))

    def _limits(self, lines: list) -> None:
        """The limits of the chart; they are kept as far as they fit, for axes cost most to draw."""
        points = np.vstack([line.get_xydata() for line in lines])
        x, y = points[:, 0], points[np.isfinite(points[:, 1]), 1]
        low = min(0.0, y.min()) if y.min() < 0.5 * y.max() else y.min()
        room = 0.06 * (y.max() - low) or 0.5
        self._widen(self.ax.get_ylim, self.ax.set_ylim, low - room, y.max() + room)
        self._widen(self.ax.get_xlim, self.ax.set_xlim, x.min() - 0.3, x.max() + 0.3)

    def _widen(self, get: Callable, put: Callable, low: float, high: float) -> None:
        """Takes limits that fit; of the same claim and source, no narrower than they were."""
        was = get()
        if self._still is not None and high - low > 0.4 * (was[1] - was[0]):
            low, high = min(low, was[0]), max(high, was[1])
        put(low, high)

    def _png(self) -> bytes:
        """The picture: what stands still is drawn once for its limits, what moves on top of it."""
        canvas = self.figure.canvas
        key = (*self.ax.get_xlim(), *self.ax.get_ylim(), *self.strip.get_xlim(), self.claim.id)
        if self._still is None or self._still[0] != key:
            canvas.draw()
            self._still = key, canvas.copy_from_bbox(self.figure.bbox)
        canvas.restore_region(self._still[1])
        for artist in self.moving:
            if artist.get_visible():
                self.figure.draw_artist(artist)
        buffer = io.BytesIO()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "png", compress_level=1)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **options: Any):
        return self.box._repr_mimebundle_(**options) | {"text/plain": repr(self)}

    def __repr__(self) -> str:
        found = self.problem if self.found is None else words.found(self.claim, self.found)
        run = _("The controls stand here when this cell is run.")
        return f"{words.statement(self.claim)} {found}. {run}"


def _cut(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


__all__ = ["Explorer"]
