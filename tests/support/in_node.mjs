// Runs a file of Python in Pyodide under Node:
//   node in_node.mjs RUNTIME FILE [FOLDER...]
// RUNTIME holds Pyodide and its lock, as a site has them; each FOLDER is seen by Python under its own
// path. What the file prints comes out here; an exception ends this with exit status 1.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [runtime, file, ...folders] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`));
const pyodide = await loadPyodide({ indexURL: runtime, env: { HOME: "/home/pyodide" } });
await pyodide.loadPackage(["backprop", "autograd"], { messageCallback: () => {} });
for (const folder of folders) {
  pyodide.FS.mkdirTree(folder);
  pyodide.mountNodeFS(folder, folder);
}
pyodide.setStdout({ batched: (line) => console.log(line) });
try {
  await pyodide.runPythonAsync(readFileSync(file, "utf-8"), { filename: file });
} catch (error) {
  console.error(String(error.message ?? error));
  process.exitCode = 1;
}
