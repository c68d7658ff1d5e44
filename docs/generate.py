"""Write the generated tables of the documentation between their markers: `python docs/generate.py`.

With `--check` nothing is written and the exit code is 1 where a page is stale. With `--measure` the tables that take
simulations are made anew as well, which takes some minutes; otherwise they stay as they are. Tables are functions of
`declared.py` and `results.py`.
"""

import re
import sys
from pathlib import Path

import declared
import results

FOLDER = Path(__file__).parent
PARTS = declared.PARTS | results.FITTED


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
    """Write or check every page; return the exit code."""
    stale = []
    for page in sorted(FOLDER.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        made = render(text, measure="--measure" in arguments)
        if made != text:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(made, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"stale: {', '.join(stale)} (run: python docs/generate.py)")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
