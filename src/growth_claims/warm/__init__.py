"""Warm kernels: processes forked from a server that has imported the libraries once.

A run that executes fifty notebooks otherwise imports statsmodels fifty times. The kernels are stock
ipykernel, each a fresh fork, so nothing that one notebook does is seen by another. Whatever starts
kernels through `jupyter_client` (papermill, nbclient, nbval, JupyterLab) takes them when the
environment says `JUPYTER_DEFAULT_PROVISIONER_NAME=growth-claims-warm`, or the kernel's spec does.

    server       the process that imports and forks (POSIX)
    process      starts a server, asks it for children, holds on to them
    kernel       what a forked kernel runs
    notebook     what a forked worker runs: papermill
    provisioner  the entry point that `jupyter_client` calls
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

#: The name of the entry point, for JUPYTER_DEFAULT_PROVISIONER_NAME.
PROVISIONER = "growth-claims-warm"
#: "spawn": kernels start the plain way, each importing for itself; "fork": they are forked. The
#: outcome is the same.
MODE = "GROWTH_CLAIMS_KERNELS"
#: The socket of a server that this process is to share instead of starting its own.
SHARED = "GROWTH_CLAIMS_KERNEL_SERVER"
#: What a kernel's server imports before its first fork: the libraries of the notebooks, and what
#: ipykernel would import in each child.
KERNEL_IMPORTS = (
    "growth_claims.warm.kernel",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "statsmodels.api",
    "statsmodels.tsa.stattools",
    "growth_claims.check",
    "growth_claims.gathering",
    "growth_claims.growth.stability",
    "growth_claims.methods",
    "growth_claims.plot",
    "growth_claims.simulation",
    "growth_claims.sources",
)
#: Sums in one order, and no threads of the libraries' own when the server forks (the first is that
#: of pyarrow's memory).
ONE_THREAD = {
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
#: Variables that count when the interpreter starts or a library is imported. A child cannot be
#: given others than its server has.
AT_START = (
    *(
        "PYTHON",
        "ARROW_",
        "JE_ARROW_",
        "OMP_",
        "OPENBLAS_",
        "MKL_",
        "NUMEXPR_",
        "BLIS_",
        "VECLIB_",
        "GOTO_",
    ),
    *("MPL", "MATPLOTLIB", "LD_", "DYLD_", "LANG", "LC_", "HOME", "XDG_", "VIRTUAL_ENV"),
)


def for_kernels(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment with what every kernel gets where it does not say otherwise: one thread, and
    the charts of ipykernel, which are chosen when matplotlib is imported."""
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    return ONE_THREAD | inline | dict(environment)


def at_start(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables of an environment that a forked child cannot change any more."""
    return {name: value for name, value in environment.items() if name.startswith(AT_START)}


def can_fork(environment: Mapping[str, str]) -> bool:
    """Whether kernels are forked. Not where the system has no fork or the environment asks for the
    plain way; on macOS, whose own libraries may not survive a fork, only where it asks for it."""
    mode = environment.get(MODE, "spawn" if sys.platform == "darwin" else "fork")
    return hasattr(os, "fork") and mode != "spawn"
