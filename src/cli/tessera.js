#!/usr/bin/env node
// The program `tessera`: starts the command with a Node that can run it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const LEAST_NODE = 24;

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = pathOf('main.js');
const entry = existsSync(bundle) ? bundle : pathOf('main.ts');
/** The Node that a checkout installs. */
const own = pathOf('../../node_modules/node/bin/node');

if (Number(process.versions.node.split('.')[0]) >= LEAST_NODE) {
  await import(pathToFileURL(entry).href);
} else if (existsSync(own)) {
  const child = spawn(own, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The terminal sends its signals to both; this process waits for the other one.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    process.exitCode = signal ? 1 : code;
  });
} else {
  console.error(
    `tessera: expected Node ${LEAST_NODE} or newer, this is Node ${process.versions.node}`,
  );
  process.exitCode = 2;
}
