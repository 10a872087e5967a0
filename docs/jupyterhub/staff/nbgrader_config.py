"""nbgrader's settings in an instructor's server: the exchange, and the graded class for formgrader."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it

graded = Path.home() / "course" / "graded" / "nbgrader_config.py"
if graded.is_file():
    load_subconfig(str(graded))  # noqa: F821 - nbgrader provides it
c.CourseDirectory.course_id = "batchnorm"
c.Exchange.root = os.environ["COURSE_EXCHANGE"]
