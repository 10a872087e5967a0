"""The students' edition of a lesson, made by nbgrader's own generate_assignment."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.errors import UserError
from autograder.files import as_text
from autograder.lessons import METADATA, Lesson


def release(lesson: Lesson, solved: NotebookNode) -> NotebookNode:
    """`solved` with answers, rubrics, hidden tests and outputs taken out, tests locked and checksummed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "solutions" / lesson.name / lesson.notebook.name
        source.parent.mkdir(parents=True)
        source.write_text(as_text(solved), encoding="utf-8")
        config = Config()
        config.CourseDirectory.root = folder
        config.CourseDirectory.source_directory = "solutions"
        config.CourseDirectory.release_directory = "course"
        config.CourseDirectory.assignment_id = lesson.name
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
        converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
        converter.log.setLevel(logging.ERROR)
        try:
            converter.start()
        except Exception as error:
            raise UserError(f"{lesson.name}: nbgrader could not release it: {error}") from error
        released = nbformat.read(root / "course" / lesson.name / lesson.notebook.name, as_version=4)
    released.metadata = nbformat.from_dict(METADATA)
    for cell in released.cells:
        cell.metadata.pop("claims", None)
    return released
