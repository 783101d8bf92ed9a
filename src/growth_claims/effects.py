"""What figures that come in do to the verdicts: every claim of every register assessed before and
after, without a notebook."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from growth_claims import claims, quantities, sources, words
from growth_claims.errors import GrowthClaimsError
from growth_claims.panel import Panel
from growth_claims.readings import Study, assess

DAYS = ("the text's day", "today")


def verdicts(panel: Panel, raw: Path | None = None) -> pd.DataFrame:
    """Every claim's verdict by the figures of its text's day and by today's. Index register, claim,
    figures (one of DAYS); columns verdict, number (in words), value (in the claim's unit, NaN where
    nothing is found). A register that cannot be read, which `growth-claims check` says, has no
    rows."""
    rows = []
    events, statements, known = sources.events(raw), sources.statements(raw), quantities.known()
    for path in claims.registers():
        try:
            register = claims.kept(path)
        except GrowthClaimsError:
            continue
        day = register.article.date
        study = Study(register, panel, known, events, statements, day)
        for claim in register.claims:
            for name, at in zip(DAYS, (day, None), strict=True):
                one = assess(study.on(at), claim)
                found = one.primary.found if one.primary else None
                value = found.value if found else float("nan")
                number = words.found(claim, found)
                rows.append((register.id, claim.id, name, str(one.verdict), number, value))
    columns = ["register", "claim", "figures", "verdict", "number", "value"]
    return pd.DataFrame(rows, columns=columns).set_index(columns[:3])


def said(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Which verdicts changed, each with the number before and after; how many numbers moved under a
    verdict that stands."""
    both = before.join(after, how="inner", suffixes=("_before", ""))
    changed = both[both["verdict_before"] != both["verdict"]]
    moved = both[
        (both["verdict_before"] == both["verdict"]) & (both["value"] != both["value_before"])
    ]
    moved = moved.dropna(subset=["value", "value_before"], how="all")
    head = f"verdicts that change: {len(changed)}" if len(changed) else "no verdict changes"
    lines = [
        head + (f"; verdicts that stand on another number: {len(moved)}" if len(moved) else "")
    ]
    lines += [
        f"  {register}, {claim}, by the figures of {day}: "
        f"{words.verdict(row.verdict_before)} → {words.verdict(row.verdict)} "
        f"({row.number_before} → {row.number})"
        for (register, claim, day), row in changed.iterrows()
    ]
    return "\n".join(lines)
