"""Writes the code of a page to files: a comment `<!-- python/call.py -->` names the file of the block below it."""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^<!-- ([\w./-]+) -->\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)

page, folder = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
blocks = BLOCK.findall(page)
comments = re.findall(r"^<!--", page, re.MULTILINE)
assert blocks and len(blocks) == len(comments), f"{len(blocks)} of {len(comments)} blocks can be read"
for name, code in blocks:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
