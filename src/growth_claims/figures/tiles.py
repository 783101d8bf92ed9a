"""Which figures there are: a tile for each year."""

from __future__ import annotations

import pandas as pd

from growth_claims import i18n
from growth_claims.figures.axes import year_ticks
from growth_claims.figures.chart import Chart, Text, say
from growth_claims.figures.common import both_languages, key
from growth_claims.figures.scene import Scene, width_of, wrap
from growth_claims.figures.style import SMALL, Layout
from growth_claims.i18n import N_, _, ngettext

#: What a tile may be, with its drawing: filled, half filled, outlined, a dash.
STATES = {
    "observed": N_("observation"),
    "estimate": N_("estimate"),
    "projection": N_("projection"),
    "not stated": N_("status not stated"),
}


def coverage(
    name: str,
    tiles: pd.DataFrame,
    *,
    title: Text,
    source: Text,
    alt: Text | None = None,
) -> Chart:
    """Which years have a figure, a row for each series.

    tiles: label (a text), year, state: observed, estimate, projection or "not stated"; a year
    without a row is a gap.
    """
    tiles = _one_label_a_series(tiles)
    labels = list(dict.fromkeys(tiles["label"]))
    years = range(int(tiles["year"].min()), int(tiles["year"].max()) + 1)

    def described() -> str:
        if alt:
            return say(alt)
        said = [
            ngettext(
                "{n} series, {first} to {last}.",
                "{n} series, {first} to {last}.",
                len(labels),
                first=years[0],
                last=years[-1],
            )
        ]
        missing = len(labels) * len(years) - len(tiles.drop_duplicates(["label", "year"]))
        said.append(
            _(
                "Possible figures: {all}; missing: {missing}; estimates and projections: "
                "{estimates}.",
                all=len(labels) * len(years),
                missing=missing,
                estimates=int(tiles["state"].isin(["estimate", "projection"]).sum()),
            )
        )
        return " ".join(said)

    return Chart(
        name=name,
        finding=title,
        description=described,
        source=source,
        draw=lambda layout: _draw(layout, tiles, labels, years),
        table=both_languages(tiles.reset_index(drop=True)),
        shown=both_languages(_spans(tiles, labels)),
        columns={
            "label_en": N_("Series"),
            "label_ru": N_("Series"),
            "first": N_("First year"),
            "last": N_("Last year"),
            "figures": N_("Figures"),
            "gaps": N_("Gaps between them"),
            "estimates": N_("Estimates and projections"),
        },
    )


def _one_label_a_series(tiles: pd.DataFrame) -> pd.DataFrame:
    """Rows of one series share one label: what says the same in both languages is the same, even
    where each row brings a callable of its own."""
    first: dict[tuple[str, ...], object] = {}
    said = [tuple(i18n.both(lambda x=x: say(x)).values()) for x in tiles["label"]]
    labels = [first.setdefault(key, x) for key, x in zip(said, tiles["label"], strict=True)]
    return tiles.assign(label=pd.Series(labels, index=tiles.index, dtype=object))


def _spans(tiles: pd.DataFrame, labels: list) -> pd.DataFrame:
    rows = []
    for label in labels:
        part = tiles[tiles["label"] == label]
        first, last = int(part["year"].min()), int(part["year"].max())
        rows.append(
            {
                "label": label,
                "first": first,
                "last": last,
                "figures": part["year"].nunique(),
                "gaps": last - first + 1 - part["year"].nunique(),
                "estimates": int(part["state"].isin(["estimate", "projection"]).sum()),
            }
        )
    return pd.DataFrame(rows)


def _draw(layout: Layout, tiles: pd.DataFrame, labels: list, years: range) -> Scene:
    said = i18n.both(lambda: [say(x) for x in labels]).values()
    widest = max(width_of(text, SMALL) for texts in said for text in texts)
    left = min(widest + 14, layout.pick(230, 132))
    blocks = [wrap(say(x), left - 12, SMALL)[: layout.pick(2, 3)] for x in labels]
    heights = [max(20, 14 * len(b) + 6) for b in blocks]
    top = 28
    bottom = top + sum(heights)
    right = layout.width - 14
    step = (right - left) / len(years)
    scene = Scene(layout.width, 0)
    filled: dict[str, list] = {state: [] for state in STATES}
    gaps = []
    y = top
    for label, block, height in zip(labels, blocks, heights, strict=True):
        for n, line in enumerate(block):
            scene.text(
                left - 8,
                y + height / 2 + 4 + 14 * (n - (len(block) - 1) / 2),
                line,
                "ink",
                SMALL,
                "end",
            )
        part = tiles[tiles["label"] == label].drop_duplicates("year")
        states = dict(zip(part["year"].astype(int), part["state"], strict=True))
        for k, year in enumerate(years):
            box = (left + step * k + 0.5, y + height / 2 - 7, step - 1, 14)
            if year in states:
                filled[str(states[year])].append(box)
            else:
                gaps.append(
                    ((box[0] + step * 0.3, y + height / 2), (box[0] + step * 0.6, y + height / 2))
                )
        y += height
    scene.rects(filled["observed"], "s1")
    scene.rects([(x, t + h / 2, w, h / 2) for x, t, w, h in filled["estimate"]], "s5")
    for x, t, w, h in filled["projection"]:
        scene.frame(x + 0.7, t + 0.7, max(w - 1.4, 1), h - 1.4, "s5", 1.3)
    scene.rects(filled["not stated"], "s0")
    scene.lines(gaps, "muted", 1.2)
    for year in year_ticks(years[0], years[-1], right - left):
        scene.text(
            left + step * (year - years[0] + 0.5), top - 10, str(year), "muted", SMALL, "middle"
        )
    shapes = {
        "observed": ("area", "s1"),
        "estimate": ("half", "s5"),
        "projection": ("box", "s5"),
        "not stated": ("area", "s0"),
    }
    entries = [(*shapes[s], _(STATES[s])) for s in STATES if filled[s]]
    if gaps:
        entries.append(("dash", "muted", _("no figure")))
    scene.height = key(scene, 8, bottom + 24, layout.width - 16, entries) + 10
    return scene
