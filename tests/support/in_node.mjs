// Runs a Python file in Pyodide under Node.js:
//   node in_node.mjs RUNTIME FILE [ARGUMENT...]
// RUNTIME is a folder with Pyodide and its lock file, as in a site. The course, two folders above
// that of FILE, is mounted under its own path. Python's output is printed; an exception ends the
// program with status 1.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, file, ...rest] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: runtime });
await pyodide.loadPackage(["backprop", "autograd"], { messageCallback: () => {} });
const here = dirname(file);
const above = dirname(here);
const course = dirname(above);
pyodide.FS.mkdirTree(course);
pyodide.mountNodeFS(course, course);
pyodide.setStdout({ batched: (line) => console.log(line) });
pyodide.globals.set("__file__", file);
try {
  pyodide.runPython(`import sys; sys.argv = ${JSON.stringify([file, above, here, ...rest])}`);
  await pyodide.runPythonAsync(readFileSync(file, "utf-8"), { filename: file });
} catch (error) {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
}
