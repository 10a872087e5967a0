"""nbgrader's settings for the course: found by every nbgrader command started in this folder."""

from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "batchnorm"
# Absolute, or a command started elsewhere would make a second gradebook.
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "course"
# nbgrader copies every other file of a lesson's folder into the release; the scripts hold the answers.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "*.py", "*.pyc", "feedback"]

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# `nbgrader zip_collect` takes Canvas's "Download Submissions": lovelaceada_LATE_1001_55512_batchnorm_forward-1.ipynb,
# where 1001 is Canvas's ID of the student and -1 says that it was handed in again.
c.FileNameCollectorPlugin.named_regexp = (
    r"^.*/[^/_]+_(LATE_)?(?P<student_id>\d+)_\d+_(?P<file_id>.+?)(-\d+)?\.ipynb$")

# Seconds for one cell, and for a kernel to start on a loaded machine.
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
