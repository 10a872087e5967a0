"""How every lesson opens: where its words are explained, and a cell that says what to do in a wrong environment."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

GLOSSARY = "\n\n**Words** that are new to you stand in the [glossary](../glossary.md), in four languages."
SETUP = '''# Run this first: it looks for the course's package.
import importlib.util
import subprocess
import sys

if sys.version_info < (3, 11):
    raise RuntimeError(f"The course needs Python 3.11 or newer; this notebook runs with {sys.version.split()[0]}.")
if importlib.util.find_spec("bnlib") is None and "google.colab" in sys.modules:
    from google.colab import files

    print("Choose the course's zip, as your instructor gave it to you.")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *files.upload()], check=True)
elif importlib.util.find_spec("bnlib") is None:
    raise ModuleNotFoundError(
        f"bnlib, the course's package, is not in the Python of this notebook, {sys.executable}. Open a terminal in the "
        "folder that holds `course`, install as its README says, and start JupyterLab from there; or choose the Python "
        "that has it as this notebook's kernel.")'''


def opened(notebook: NotebookNode) -> NotebookNode:
    """The lesson with both put in, behind its title; the set-up cell is locked, `setup` by its grade_id.

    A notebook that begins without a title stays as it is.
    """
    title, *rest = notebook.cells
    if title.cell_type != "markdown":
        return notebook
    title.source += GLOSSARY
    marks = {"grade": False, "grade_id": "setup", "locked": True, "schema_version": 3, "solution": False, "task": False}
    notebook.cells = [title, new_code_cell(source=SETUP, metadata={"nbgrader": marks}, id="setup"), *rest]
    return notebook
