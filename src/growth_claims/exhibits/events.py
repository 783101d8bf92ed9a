"""What the notebook on meetings and summits shows beyond what every claim is shown with."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from growth_claims import figures, i18n, show
from growth_claims.dossier import Dossier
from growth_claims.i18n import N_, _
from growth_claims.readings.evaluate import events_of

MEETINGS = "consultative meeting of Central Asian heads of state"
SERIES = {
    MEETINGS: N_("consultative meeting"),
    "summit Central Asia - European Union": N_("summit with the European Union"),
    "summit Central Asia - China": N_("summit with China"),
    "summit Central Asia - Russia": N_("summit with Russia"),
    "summit Central Asia - USA (C5+1)": N_("summit with the USA (C5+1)"),
}
PLACES = {
    "Astana": N_("Astana"),
    "Tashkent": N_("Tashkent"),
    "Avaza": N_("Avaza"),
    "Cholpon-Ata": N_("Cholpon-Ata"),
    "Dushanbe": N_("Dushanbe"),
    "Samarkand": N_("Samarkand"),
    "Washington": N_("Washington"),
}


def timeline(d: Dossier) -> figures.Chart:
    """Meetings and summits on a line of time, with the gaps between meetings."""
    rows = d.study.events.assign(
        label=[
            (lambda s=s, p=p: ", ".join([_(SERIES.get(s, s)), _(PLACES.get(p, p))]))
            for s, p in zip(d.study.events["series"], d.study.events["place"], strict=True)
        ]
    )
    held = events_of(d.study, MEETINGS)
    years = {day.year for day in held["start_date"]}
    missing = sorted(set(range(min(years), max(years) + 1)) - years)
    return figures.timeline(
        "meetings-timeline",
        rows,
        meetings=MEETINGS,
        title=lambda: _(
            "{n} meetings from {first} to {last}; none in {missing}",
            n=len(held),
            first=min(years),
            last=max(years),
            missing=", ".join(map(str, missing)) or _("no year"),
        ),
        source=lambda: _("Source: reports of the day, their addresses in the table."),
    )


def events(d: Dossier) -> show.Shown:
    """Every meeting and summit with its date, place and the address of a report."""
    rows = d.study.events.assign(
        when=[
            _when(a, b)
            for a, b in zip(d.study.events["start_date"], d.study.events["end_date"], strict=True)
        ]
    )
    return show.table(
        rows,
        {
            "series": N_("Meeting"),
            "number": N_("Number"),
            "when": N_("When"),
            "place": N_("Where"),
            "source_url": N_("Report"),
        },
        formats={
            "series": lambda s: _(SERIES.get(s, s)),
            "number": lambda n: str(int(n)),
            "when": lambda text: text(),
            "place": lambda p: _(PLACES.get(p, p)),
            "source_url": _link,
        },
        caption=N_("Consultative meetings, and the summits of 2025"),
        name="events",
    )


def _when(first, last):
    def said() -> str:
        if first == last:
            return i18n.date(first)
        return _("{first} to {last}", first=i18n.date(first), last=i18n.date(last))

    return said


def _link(url: str) -> Markup:
    host = url.split("//")[-1].split("/")[0].removeprefix("www.")
    return Markup('<a href="{}">{}</a>').format(url, host)


def not_checkable(d: Dossier) -> show.Shown:
    """Assertions that figures cannot settle, each with its reason."""
    items = d.study.register.not_checkable
    frame = pd.DataFrame(
        [
            {
                "statement": (lambda t=i.statement: getattr(t, i18n.language())),
                "reason": (lambda t=i.reason: getattr(t, i18n.language())),
            }
            for i in items
        ]
    )
    return show.table(
        frame,
        {"statement": N_("What the text says"), "reason": N_("Why figures cannot settle it")},
        formats={"statement": lambda t: t(), "reason": lambda t: t()},
        caption=N_("Said in the text, and not for figures to settle"),
        name="not-checkable",
    )
