"""Runs a notebook in the browser's Python, and prints the output of its cells as JSON.

in_node.mjs RUNTIME lesson_in_page.py NOTEBOOK
"""

import json
import sys


def texts(outputs):
    """Return outputs as text: joined streams, results and errors."""
    said, kinds = [], []
    for one in outputs:
        kind = one["output_type"]
        if kind == "error":
            text = f"{one['ename']}: {one['evalue']}"
        else:
            text = one["text"] if kind == "stream" else one["data"].get("text/plain", "")
        text = "".join(text)
        if kind == "stream" and kinds[-1:] == [one["name"]]:
            said[-1] += text
        elif text:
            said.append(text)
            kinds.append(one.get("name", kind))
    return [one.rstrip() for one in said]


def run(notebook):
    """Return the texts of each code cell by its id."""
    from backprop.sandbox.shell import NotebookShell

    shell, found = NotebookShell.instance(), {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            outputs, _ = shell.run("".join(cell["source"]))
            found[cell["id"]] = texts(outputs)
    return found


if sys.platform == "emscripten":  # under Node
    with open(sys.argv[-1], encoding="utf-8") as file:
        print(json.dumps(run(json.load(file))))
