"""Figures of 10 indicators and 217 economies from a server of ours against one request after the
other."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from importlib import import_module

import pandas as pd

from benchmarks import Row, timed

INDICATORS = 10
ECONOMIES = [f"{a}{b}{c}" for a in "BCDFGHJ" for b in "AEIOUY" for c in "LMNRST"][:217]
#: Seconds that the server takes for an answer, about those of the World Bank's.
LATENCY = 0.3


def measure() -> list[Row]:
    """The World Bank's client of `growth-claims refresh` as it is, and asking for one indicator at
    a time; the figures must be the same. Without what follows when they are taken in."""
    from growth_claims.sources import downloads, refresh

    codes = list(downloads.vocabulary()["indicators"]["wdi"])[:INDICATORS]
    command = [sys.executable, "-m", "benchmarks.refresh"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = f"http://127.0.0.1:{server.stdout.readline().strip()}/v2"
            asked = (codes, ["all"], None, refresh.Servers(world_bank=address), False)
            refresh.FETCHERS["wdi"](*asked)  # the server makes its answers once
            with timed() as ours:
                together = refresh.FETCHERS["wdi"](*asked)
            at_once, refresh.AT_ONCE = refresh.AT_ONCE, 1
            with timed() as other:
                in_turn = refresh.FETCHERS["wdi"](*asked)
            refresh.AT_ONCE = at_once
        finally:
            server.kill()
    pd.testing.assert_frame_equal(together.frame, in_turn.frame)
    what = f"the figures of {len(codes)} indicators and {len(ECONOMIES)} economies"
    note = f"{len(together.frame)} figures, {LATENCY:g} s an answer"
    return [Row(what, "one request after the other", ours.seconds, other.seconds, 3, note)]


def serve() -> None:
    """The publisher of the tests, with more economies, that takes its time."""
    tests = import_module("tests.test_refresh")

    kept: dict[str, bytes] = {}

    class Slow(tests.Publisher):
        def do_GET(self) -> None:
            time.sleep(LATENCY)
            if self.path in kept:
                self._answer(200, kept[self.path], **{"Content-Type": "application/json"})
            else:
                super().do_GET()

        def _json(self, answer) -> None:
            kept[self.path] = json.dumps(answer).encode()
            super()._json(answer)

    tests.ECONOMIES = ECONOMIES
    tests._head = lambda total: {"page": 1, "pages": 1, "per_page": 10_000, "total": total}
    tests.SIZES, tests.PEOPLE = (dict.fromkeys(ECONOMIES, size) for size in (1e9, 1e6))
    with tests.Server(("127.0.0.1", 0), Slow) as server:
        server.lock, server.asked, server.errors = threading.Lock(), Counter(), {}
        server.versions, server.page, server.edition = [], 10_000, {"wdi": "2025-12-01"}
        server.change = lambda code, economy, year, figure: figure
        print(server.server_port, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    serve()
