"""`autograder book`: the pages of the website, from the released lessons and what the solved ones printed."""

from __future__ import annotations

import argparse
import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import yaml
from nbformat import NotebookNode

from autograder.errors import UserError
from autograder.files import as_text, write_whole
from autograder.lessons import BEGIN, END, ROOT, Lesson, lessons

WIDGET = "application/vnd.jupyter.widget-view+json"
SILENT = "12"  # what this lesson prints is what its students are asked to find
PAGES = ("students", "instructors", "jupyterhub", "marks", "security", "scale")
LINK = re.compile(r"\[([^]]+)\]\(([^)\s]+)\)")
NOT_FETCHED = ("author", "canonical", "index", "next", "prev", "search")  # links for readers
ANSWERS_ONLY = ("claims", "mistakes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `autograder book`."""
    parser.add_argument("--out", type=Path, default=Path("build/book"), metavar="DIR",
                        help="folder for the pages (build/book)")
    parser.add_argument("--answers", action="store_true", help="the instructors' edition")
    parser.add_argument("--repository", default="", metavar="URL",
                        help="where the course is published: adds buttons for Binder and Colab")
    parser.add_argument("--check", type=Path, metavar="HTML", help="check the links of a built site instead")


def run(args: argparse.Namespace) -> int:
    """Write the pages, or check a built site: 1 when a link of it leads nowhere."""
    if args.check:
        problems = broken_links(args.check)
        print("\n".join(problems) or "Every link leads somewhere, and nothing is fetched from elsewhere.")
        return 1 if problems else 0
    count = write(args.out, args.answers, args.repository)
    print(f"{count} lessons prepared in {args.out}; `make site` goes on from here.")
    return 0


def write(folder: Path, answers: bool = False, repository: str = "") -> int:
    """Write notebooks, pages, contents and configuration into `folder`; the number of lessons."""
    every = lessons()
    for lesson in every:
        write_whole(folder / "lessons" / f"{lesson.name}.ipynb", as_text(page(lesson, answers)))
    pages = [name for name in PAGES + (ANSWERS_ONLY if answers else ()) if (ROOT / "docs" / f"{name}.md").is_file()]
    for name in pages:
        text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").replace("(../course/", "(")
        write_whole(folder / f"{name}.md", LINK.sub(partial(_kept, {"glossary", *pages}), text))
    write_whole(folder / "glossary.md", (ROOT / "course" / "glossary.md").read_text(encoding="utf-8"))
    for name in ("index.md", "_static/book.css", "_static/favicon.svg"):
        write_whole(folder / name, (ROOT / "book" / name).read_text(encoding="utf-8"))
    contents = {
        "format": "jb-book", "root": "index",
        "parts": [
            {"caption": "Lessons", "chapters": [{"file": f"lessons/{one.name}"} for one in every]},
            {"caption": "Beside the lessons", "chapters": [{"file": name} for name in ("glossary", *pages)]},
        ],
    }
    write_whole(folder / "_toc.yml", yaml.safe_dump(contents, sort_keys=False))
    config = yaml.safe_load((ROOT / "book" / "_config.yml").read_text(encoding="utf-8"))
    if repository:
        config["repository"] = {"url": repository, "path_to_book": "course"}
        config["launch_buttons"] = {
            "binderhub_url": "https://mybinder.org", "colab_url": "https://colab.research.google.com",
            "notebook_interface": "jupyterlab"}
    write_whole(folder / "_config.yml", yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    return len(every)


def page(lesson: Lesson, answers: bool) -> NotebookNode:
    """The lesson as a page: without answers the students' cells, with the pictures and numbers of the solved ones."""
    solved = nbformat.from_dict(lesson.source_notebook())
    shown = {cell.id: cell.get("outputs", []) for cell in solved.cells}
    if not answers:
        if not lesson.release.is_file():
            raise UserError(f"{lesson.name}: it is not released. Run `autograder build {lesson.name}` first.")
        solved = nbformat.read(lesson.release, as_version=4)
    for cell in solved.cells:
        cell.source = "\n".join(line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END))
        if cell.cell_type != "code":
            continue
        cell.outputs = [] if lesson.name.startswith(SILENT) and not answers else [
            output for output in shown.get(cell.id, []) if WIDGET not in output.get("data", {})]
        said = [output.metadata["image/png"].get("alt") for output in cell.outputs
                if "image/png" in output.get("metadata", {})]
        cell.metadata = nbformat.from_dict({"mystnb": {"image": {"alt": said[0]}}} if said and said[0] else {})
    return solved


def _kept(pages: set[str], link: re.Match[str]) -> str:
    """The link where it leads to a page of the book or to another host, else its words alone."""
    words, target = link.groups()
    name = target.partition("#")[0].removesuffix(".md")
    return link[0] if not name or name in pages or urlsplit(target).scheme else words


class _Links(HTMLParser):
    """Where a page points, which anchors it has, and what a browser fetches for it."""

    def __init__(self) -> None:
        super().__init__()
        self.points: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.anchors.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.points.append(given["href"])
        fetches = tag == "link" and given.get("rel", "") not in NOT_FETCHED
        target = given.get("src") or (given.get("href") if fetches else None)
        if target and tag in ("script", "img", "link", "iframe"):
            self.fetched.append(target)


def broken_links(site: Path) -> list[str]:
    """A sentence for every link to nothing, and for everything a page would fetch from another host."""
    if not (site / "index.html").is_file():
        raise UserError(f"{site} holds no index.html: build the site first, with `make site`.")
    pages = {}
    for path in sorted(set(site.rglob("*.html")) - set(site.glob("_static/**/*"))):
        pages[path.resolve()] = _Links()
        pages[path.resolve()].feed(path.read_text(encoding="utf-8"))
    found = []
    for path, links in pages.items():
        name = path.relative_to(site.resolve())
        for target in links.points + links.fetched:
            parts = urlsplit(target)
            if parts.scheme == "data" or (parts.scheme and target in links.points and target not in links.fetched):
                continue
            if parts.scheme or parts.netloc:
                found.append(f"{name} fetches {target} from another host.")
                continue
            file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                found.append(f"{name} points to {target}, which is not there.")
            elif parts.fragment and file in pages and unquote(parts.fragment) not in pages[file].anchors:
                found.append(f"{name} points to {target}, and that page has no such place.")
    return found

