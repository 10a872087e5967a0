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

# Seconds for one cell, and for a kernel to start on a loaded machine.
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
