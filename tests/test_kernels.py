"""What a warm kernel has read before it is forked."""

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from growth_claims.execute import Executor, Job

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
ASKS = """
from growth_claims import claims, params, quantities
path = params.check({}).register
kept = [of.cache_info().misses for of in (quantities._known, claims._kept)]
quantities.known(), claims.kept(path)
kept == [1, len(claims.registers())], kept == [
    of.cache_info().misses for of in (quantities._known, claims._kept)
]
"""


def test_a_kernel_need_not_read_quantities_and_registers_again(tmp_path):
    notebook = tmp_path / "n.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(ASKS)], metadata=KERNEL), notebook)
    with Executor(workers=1) as executor:
        executor.run([Job(notebook, tmp_path / "out.ipynb")])
    shown = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells[0].outputs[0]
    assert shown["data"]["text/plain"] == "(True, True)"
