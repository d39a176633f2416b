"""The scripts of a page, called in Node: loaded one after the other into one world, as a browser does."""

import json
import subprocess
from pathlib import Path

from needs import need_program

import l0edu.pages

PAGES = Path(l0edu.pages.__file__).parent
CALLER = Path(__file__).parent / "pages" / "call_in_node.js"


def call_in_node(sources, calls, folder):
    """What each call gives: a list for calls like ["mean", gate], of functions in l0edu/pages/SOURCE."""
    node = need_program("node", "nodejs")
    task = folder / "calls.json"
    task.write_text(json.dumps({"sources": [str(PAGES / source) for source in sources], "calls": calls}))
    done = subprocess.run(
        [node, str(CALLER), str(task)], capture_output=True, text=True, timeout=60, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
