"""The website's pages: pictures and numbers, no answers; and a link to nothing is found."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from autograder import book, bundle
from autograder.lessons import lessons


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    assert book.write(folder, repository="https://example.org/course") == len(lessons())
    return folder


def test_no_page_holds_an_answer_and_every_lesson_shows_its_figures(pages: Path) -> None:
    for path in sorted((pages / "lessons").glob("*.ipynb")):
        assert not bundle.answers_in({path.name: path.read_bytes()})
        outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
        assert any("image/png" in output.get("data", {}) for output in outputs) != path.name.startswith(book.SILENT)
        assert not any(book.WIDGET in output.get("data", {}) for output in outputs)
    assert not (pages / "claims.md").exists() and not (pages / "mistakes.md").exists()


def test_the_instructors_edition_holds_the_answers_without_their_markers(tmp_path: Path) -> None:
    book.write(tmp_path, answers=True)
    text = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "lessons").iterdir())
    assert "rstd = 1 / np.sqrt(var + eps)" in text and "BEGIN SOLUTION" not in text
    assert (tmp_path / "claims.md").is_file()


def test_buttons_for_binder_and_colab_appear_when_the_course_is_published(pages: Path, tmp_path: Path) -> None:
    assert "binderhub_url" in (pages / "_config.yml").read_text(encoding="utf-8")
    book.write(tmp_path)
    assert "binderhub_url" not in (tmp_path / "_config.yml").read_text(encoding="utf-8")


def test_a_page_links_to_pages_of_the_book_and_to_other_hosts_only(pages: Path) -> None:
    links = [link for path in pages.glob("*.md") for link in book.LINK.findall(path.read_text(encoding="utf-8"))]
    names = {path.stem for path in pages.rglob("*.*")}
    assert links and all("://" in to or Path(to.partition("#")[0]).stem in names for _, to in links if to[0] != "#")


@pytest.mark.parametrize(("page", "said"), [
    ('<a href="gone.html">x</a>', "points to gone.html, which is not there"),
    ('<a href="#gone">x</a>', "has no such place"),
    ('<script src="https://example.org/x.js"></script>', "from another host"),
    ('<link rel="stylesheet" href="//example.org/x.css">', "from another host"),
    ('<img src="gone.png">', "gone.png, which is not there"),
    ('<a href="https://example.org">fine</a><a href="#here" id="here">fine</a><img src="data:,x">', ""),
])
def test_a_link_to_nothing_is_found(page: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    found = book.broken_links(tmp_path)
    assert (said in found[0]) if said else not found
