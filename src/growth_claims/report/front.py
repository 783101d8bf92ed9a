"""The first screen: what was checked, the outcome in one sentence, the claims by topic, each with
its verdict and a link to its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from growth_claims import display, i18n, words
from growth_claims.claims import Register
from growth_claims.i18n import _, ngettext
from growth_claims.report import page
from growth_claims.verdicts import Verdict


def outcome(verdicts: Sequence[str]) -> str:
    """The outcome in one sentence: how many claims have each verdict, in the order of the rules."""
    n = Counter(map(Verdict, verdicts))
    said = {
        Verdict.HOLDS: ngettext("{n} holds", "{n} hold", n[Verdict.HOLDS]),
        Verdict.CLOSE: ngettext("{n} is close", "{n} are close", n[Verdict.CLOSE]),
        Verdict.OUT_OF_DATE: ngettext(
            "{n} is out of date", "{n} are out of date", n[Verdict.OUT_OF_DATE]
        ),
        Verdict.DEPENDS: ngettext(
            "{n} depends on the reading", "{n} depend on the reading", n[Verdict.DEPENDS]
        ),
        Verdict.DOES_NOT_HOLD: ngettext(
            "{n} does not hold", "{n} do not hold", n[Verdict.DOES_NOT_HOLD]
        ),
        Verdict.CANNOT_BE_CHECKED: ngettext(
            "{n} cannot be checked", "{n} cannot be checked", n[Verdict.CANNOT_BE_CHECKED]
        ),
    }
    parts = [text for verdict, text in said.items() if n[verdict]]
    if not parts:
        return _("No claim was checked.")
    listed = _(" and ").join([", ".join(parts[:-1]), parts[-1]][len(parts) < 2 :])
    return ngettext(
        "Of {n} claim, {parts}.", "Of {n} claims, {parts}.", len(verdicts), parts=listed
    )


@dataclass(frozen=True)
class Front:
    """The first screen of a register's report, from the entries of its claims (see
    `pieces.piece`)."""

    register: Register
    entries: Sequence[Mapping[str, Any]]

    def checked(self) -> str:
        return words.checked(self.register.article.model_dump(mode="json"))

    def outcome(self) -> str:
        return outcome([e["verdict"] for e in self.entries])

    def html(self) -> str:
        topics = dict.fromkeys(e["topic"] for e in self.entries)
        by_topic = [
            (t, topic_name(self.register, t), [e for e in self.entries if e["topic"] == t])
            for t in topics
        ]
        return page.fill(
            "_front.html.j2",
            front=self,
            topics=by_topic,
            tied=words.tied,
            word=words.verdict,
            slug=display.slug,
            pair=display.pair,
            badge=display.badge,
        ).strip()

    def _repr_mimebundle_(self, **_options: Any) -> tuple[dict, dict]:
        about = {
            "title": self.register.title[i18n.language()],
            "description": f"{self.checked()} {self.outcome()}",
        }
        told = {"kind": "front", "name": "front", "page": about}
        return {"text/html": str(self.html()), "text/plain": repr(self)}, {"growth_claims": told}

    def __repr__(self) -> str:
        said = [f"{e['id']}: {words.verdict(e['verdict'])}" for e in self.entries]
        return "\n".join([self.checked(), self.outcome(), *said])


def topic_name(register: Register, topic: str) -> str:
    return register.topics[topic][i18n.language()] if topic in register.topics else topic
