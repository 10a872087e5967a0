"""The `autograder` command: each subcommand is a module with add_arguments(parser) and run(args)."""

from __future__ import annotations

import argparse
import errno
import sys
from importlib import import_module

from autograder.errors import UserError

# Faults of the machine or of a path, not of the program: nobody needs a traceback of them.
MENDABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EEXIST, errno.ENOTDIR,
            errno.EISDIR, errno.ENAMETOOLONG)
COMMANDS = {
    "build": ("autograder.build", "compile, run and release lessons"),
    "check": ("autograder.drift", "find drift, leaks and malformed cells; runs no lesson"),
    "grade": ("autograder.grade", "grade a class: worker and judge apart"),
    "doctor": ("autograder.doctor", "is everything here that grading needs, and does the wall hold?"),
    "report": ("autograder.report", "write the class report again from results.jsonl"),
    "feedback": ("autograder.feedback", "write the feedback pages again, with a person's points and comments"),
    "similar": ("autograder.similarity", "look for answers suspiciously alike and show them in the report"),
    "bundle": ("autograder.bundle", "zip the students' edition: lessons and package, no answers"),
    "book": ("autograder.book", "prepare the pages of the website; `make site` builds it"),
    "export": ("autograder.export", "write the marks as Canvas and Moodle import them, as CSV or JSON"),
}
AT_HOME = ("build", "check", "bundle", "book")  # they read more of the repository than its lessons
EXAMPLES = """examples:
  autograder build                        all lessons
  autograder build 03                     one lesson, by number or name
  autograder check                        is everything generated up to date?
  autograder grade --submitted submitted --work graded --jobs 2
  autograder grade --cluster tcp://host:8786      on the workers of a Dask cluster
  autograder grade --student ada --lesson 03      once more, whatever is done
  autograder report --work graded
  autograder feedback --work graded       after marking by hand in formgrader
  autograder similar --work graded
  autograder doctor
  autograder export --to canvas --roster canvas_gradebook.csv --due due.yml
  autograder export --to moodle --roster participants.csv --id email --work week1 --work week2 --keep best
  autograder bundle --out dist
"""


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand; what the user got wrong is said in a sentence and exits with 2."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(
        prog="autograder", description="Build, grade and report the course.", epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    wanted = next((word for word in argv if word in COMMANDS), None)
    for name, (module, help_text) in COMMANDS.items():
        about = help_text[0].upper() + help_text[1:]
        sub = commands.add_parser(name, help=help_text, description=about if about.endswith("?") else f"{about}.")
        if name == wanted:  # the others are not imported: --help stays quick
            import_module(module).add_arguments(sub)
    args = parser.parse_args(argv)
    from autograder.lessons import ROOT

    try:
        if args.command in AT_HOME and not (ROOT / "pyproject.toml").is_file():
            raise UserError(f"`autograder {args.command}` works on the course's repository, and {ROOT} is none: "
                            "start it there.")
        return int(import_module(COMMANDS[args.command][0]).run(args))
    except UserError as error:
        said, status = str(error), 2
    except OSError as error:
        if error.errno not in MENDABLE:
            raise
        said, status = f"{error.filename or 'Writing failed'}: {error.strerror}. Mend that and try again.", 2
    except KeyboardInterrupt:
        said, status = "Stopped.", 130
    print(said, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
