// Runs a file of Python in Pyodide under Node:
//   node in_node.mjs RUNTIME FILE [ARGUMENT...]
// RUNTIME holds Pyodide and its lock, as a site has them. The course, two folders above that of
// FILE, is seen by Python under its own path. What is printed comes out here; an exception ends this
// with status 1.
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
