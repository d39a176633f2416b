// Call functions of a page's scripts: node call_in_node.js TASK.json, with {sources: [paths], calls: [[name, ...arguments]]}.
// Prints what they return, as JSON. A number that JSON does not know becomes a text, such as "NaN".
"use strict";
const fs = require("fs");
const vm = require("vm");

const { sources, calls } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const world = vm.createContext({ URLSearchParams, atob });
for (const source of sources) vm.runInContext(fs.readFileSync(source, "utf8"), world, { filename: source });
const known = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const results = calls.map(([name, ...given]) => vm.runInContext(name, world)(...given));
process.stdout.write(JSON.stringify(results, known));
