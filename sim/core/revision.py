"""Which version of the program this is, and of which commit where its source is a git checkout."""

import functools
import importlib.metadata
from pathlib import Path

NAME = "county-urbanization"


@functools.cache
def version() -> str:
    """Return the version that is installed."""
    return importlib.metadata.version(NAME)


@functools.cache
def commit(tree: Path = Path(__file__).parents[2]) -> str | None:
    """Return the commit that a source tree is at; None where it is no git checkout.

    Git's files are read (gitrepository-layout(5)), so that no process is started for it.
    """
    git = tree / ".git"
    try:
        if git.is_file():  # of another worktree
            git = tree / git.read_text("utf-8").removeprefix("gitdir:").strip()
        head = (git / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref: "):
            return head
        shared = git / "commondir"
        common = git / shared.read_text("utf-8").strip() if shared.is_file() else git
        name = head.removeprefix("ref: ")
        for folder in (git, common):
            if (folder / name).is_file():
                return (folder / name).read_text("utf-8").strip()
        packed = (line.split(" ") for line in (common / "packed-refs").read_text("utf-8").splitlines())
        return next((parts[0] for parts in packed if parts[1:] == [name]), None)
    except OSError:
        return None
