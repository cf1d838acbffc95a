// Entry of the command `tessera`.
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AppError } from '../errors.ts';
import { projectPath } from '../node/project.ts';
import { type Command, readCommand } from './options.ts';
import { startProcess } from './pool/process.ts';
import { USAGE } from './usage.ts';

// The renderer is in the folder of this file and has its extension: both are bundles or both are sources.
const here = fileURLToPath(import.meta.url);
const program = fileURLToPath(new URL(`./renderer${extname(here)}`, import.meta.url));

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

// A reader of the output that has gone, as with `| head`, is no error of this program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  interruption.abort();
});

async function run(command: Command): Promise<number> {
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      return 0;
    case 'version': {
      const manifest = JSON.parse(await readFile(projectPath('package.json'), 'utf8'));
      console.log(manifest.version);
      return 0;
    }
    case 'effects': {
      const { effectList } = await import('./effect-list.ts');
      console.log(effectList(command.name));
      return 0;
    }
    case 'serve': {
      const { serve } = await import('./serve.ts');
      return serve(command.port, interruption.signal);
    }
    case 'render': {
      const { renderCommand } = await import('./render-command.ts');
      return renderCommand(command.options, {
        stdin: process.stdin,
        stdout: process.stdout,
        stderr: process.stderr,
        signal: interruption.signal,
        now: () => performance.now(),
        wait: waitUnlessInterrupted,
        freeBytes: () => process.availableMemory(),
        cores: availableParallelism(),
        startProcess: (options) => startProcess({ program, ...options }),
      });
    }
  }
}

/** Waits; ends early if the command is interrupted. */
const waitUnlessInterrupted = (ms: number): Promise<void> =>
  setTimeout(ms, undefined, { signal: interruption.signal }).catch(() => {});

try {
  process.exitCode = await run(readCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  console.error(`${error.message}\n\ntessera --help says how it is used`);
  process.exitCode = 2;
}
