"""The instructor's side: build lessons, grade submissions, report."""

import sys

# jsonschema, which nbformat imports, looks for this checker of international web addresses; it takes 0.8 s to import,
# and notebooks have none to check.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
