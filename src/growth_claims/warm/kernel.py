"""What a forked kernel runs: the stock application of ipykernel.

Importing this module does for all kernels what each would otherwise do for itself: it imports what
ipykernel imports when it starts and what the first table, fit and chart import when they are shown,
and reads what is said in each language. It starts no thread and leaves no figure, no random state
and no setting behind.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from contextlib import suppress
from datetime import date

import ipykernel_launcher
import numpy as np
import pandas as pd
import statsmodels.api as sm
from ipykernel.kernelapp import IPKernelApp
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from growth_claims import i18n, names

#: What ipykernel and IPython import only once they need it. They may move; what is not there is
#: imported by the child. Not matplotlib_inline: it looks for a shell when it is imported.
_LATE = (
    *("ipykernel.debugger", "IPython.core.completerlib", "IPython.core.logger"),
    *("IPython.core.debugger", "IPython.core.oinspect", "IPython.core.pylabtools"),
    *("IPython.extensions.storemagic", "tornado.platform.asyncio"),
    *("faulthandler", "pdb", "psutil", "resource", "sqlite3"),
)
#: How long the answer to a request to shut down may take, in seconds.
_ANSWERED = 1.0


def run(*arguments: str) -> None:
    """In the child: reseeds what a fork has copied, and serves until the client shuts it down.
    `arguments`: those of `python -m ipykernel_launcher`."""
    np.random.seed()  # `random` does so itself
    sys.argv = [ipykernel_launcher.__file__, *arguments]
    app = IPKernelApp.instance(parent_handle=os.getppid())
    app.initialize(list(arguments))
    app.start()
    if app.kernel._shutdown_message is not None:
        # Its thread still answers the request. ipykernel's own exit handler would now close the
        # sockets under it, and every tenth kernel or so would wait for an answer without end.
        app.control_thread.join(_ANSWERED)


def rehearse() -> None:
    """Fits, prints, says and draws once, so that what is imported, compiled or looked up at first
    use is there in every child: fonts, formulas in labels, printing of tables, catalogues."""
    x = np.arange(12.0)
    sm.OLS(x**2, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": 1}).summary()
    frame = pd.DataFrame({"x": x})
    repr(frame), frame._repr_html_(), repr(frame.x)
    for language in i18n.LANGUAGES:
        with i18n.use(language):
            i18n.number(1.5, 1), i18n.date(date(2025, 11, 15)), names.economy("AUT", language)
            i18n.catalogue(language)
    figure = Figure()
    axes = figure.add_subplot(title="0", xlabel="$x^2$")
    axes.plot(x)
    for kind in ("png", "svg"):
        FigureCanvasAgg(figure).print_figure(io.BytesIO(), format=kind, bbox_inches="tight")


def remember() -> None:
    """Reads the project's quantities and registers. A child that asks for one looks whether its
    file has changed since, and says what is wrong with one that cannot be read."""
    from growth_claims import claims, quantities
    from growth_claims.errors import GrowthClaimsError

    with suppress(GrowthClaimsError, OSError, UnicodeDecodeError):
        quantities.known()
        for path in claims.registers():
            claims.kept(path)


# as importing the debugger otherwise warns that frozen modules show no breakpoints
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
for _name in _LATE:
    with suppress(ImportError):
        importlib.import_module(_name)
rehearse()
remember()
