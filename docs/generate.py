"""Write the generated tables of the documentation between their markers, and how to cite: `python docs/generate.py`.

With `--check` nothing is written and the exit code is 1 where a page is stale. With `--measure` the tables that take
simulations are made anew as well, which takes some minutes; otherwise they stay as they are. Tables are functions of
`declared.py`, `planners.py` and `results.py`; what is cited is in `citation.py`.
"""

import re
import sys
from pathlib import Path

import citation
import declared
import planners
import results

FOLDER = Path(__file__).parent
PARTS = declared.PARTS | planners.PARTS | results.FITTED


def render(text: str, measure: bool = False) -> str:
    """Return a page with each `<!-- generated: name -->` block, and with `measure` each measured one, made anew."""

    def replace(match: re.Match) -> str:
        if match[2] == "measured" and not measure:
            return match[0]
        part = (results.MEASURED if match[2] == "measured" else PARTS)[match[3]]
        return f"{match[1]}\n\n{part()}\n\n{match[4]}"

    pattern = r"(<!-- (generated|measured): (\w+) -->).*?(<!-- end -->)"
    return re.sub(pattern, replace, text, flags=re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write or check every page and file; return the exit code."""
    pages = {page: render(page.read_text(encoding="utf-8"), measure="--measure" in arguments)
             for page in sorted(FOLDER.glob("*.md"))}
    pages |= {FOLDER.parent / name: text() for name, text in citation.FILES.items()}
    stale = []
    for page, made in pages.items():
        if not page.is_file() or page.read_text(encoding="utf-8") != made:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(made, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"stale: {', '.join(stale)} (run: python docs/generate.py)")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
