// The size of what is uploaded, and the time of the Worker's start.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { closing } from '../measure/cleanup.ts';
import type { Effort } from '../measure/effort.ts';
import { atMost, median, mediansTable, type Outcome, rounded } from '../measure/report.ts';
import { offline } from '../measure/runtime.ts';

const root = join(import.meta.dirname, '../..');

export async function bundle({ rounds }: Effort): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'));
  return closing(
    () => rm(folder, { recursive: true, force: true }),
    async () => {
      const printed = await wrangler([
        'deploy',
        '--dry-run',
        '--minify',
        '--outdir',
        join(folder, 'out'),
      ]);
      const modules = await sizes(join(folder, 'out'));
      const startUp: Record<string, number[]> = {
        active: [],
        'of it garbage collection': [],
        sampled: [],
      };
      for (let i = 0; i < rounds(7); i++) {
        const times = await profile(join(folder, `${i}.cpuprofile`));
        startUp.active!.push(times.active);
        startUp['of it garbage collection']!.push(times.garbage);
        startUp.sampled!.push(times.sampled);
      }
      const total = { name: 'all modules', raw: sum(modules, 'raw'), gzip: sum(modules, 'gzip') };
      return {
        tables: [
          {
            title: 'What `wrangler deploy --minify` uploads, KiB',
            columns: ['module', 'raw', 'gzip -9'],
            rows: [...modules, total].map(({ name, raw, gzip }) => [
              name,
              rounded(raw / 1024),
              rounded(gzip / 1024),
            ]),
          },
          mediansTable(
            'Start of the Worker (`wrangler check startup`), CPU profile',
            'ms',
            startUp,
          ),
        ],
        targets: [
          atMost('upload, gzip -9, all modules', 2304, total.gzip / 1024, 'KiB'),
          atMost('active time at start', 100, median(startUp.active!), 'ms'),
        ],
        notes: [`wrangler's own line: ${printed.match(/Total Upload: .*/)?.[0] ?? 'not found'}`],
      };
    },
  );
}

async function wrangler(args: string[]): Promise<string> {
  const program = join(root, 'node_modules/wrangler/bin/wrangler.js');
  const options = { cwd: root, env: { ...process.env, ...offline }, timeout: 120_000 };
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], options);
  return stdout;
}

type Module = { name: string; raw: number; gzip: number };

const sum = (modules: Module[], key: 'raw' | 'gzip'): number =>
  modules.reduce((total, module) => total + module[key], 0);

async function sizes(folder: string): Promise<Module[]> {
  const names = (await readdir(folder)).filter((name) => /\.(?:js|wasm)$/.test(name));
  const modules = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return {
      name: name.replace(/^[0-9a-f]{40}-/, ''),
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
    };
  });
  return (await Promise.all(modules)).sort((a, b) => b.gzip - a.gzip);
}

type Profile = {
  nodes: { id: number; callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
};

/** Milliseconds of the profile: in all, not idle, and garbage collection. */
async function profile(
  file: string,
): Promise<{ sampled: number; active: number; garbage: number }> {
  await wrangler(['check', 'startup', '--args=--minify', '--outfile', file]);
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const names = new Map(nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const found = { sampled: 0, active: 0, garbage: 0 };
  // A delta is the time since the previous sample. As in wrangler's own summary, a sample stands for the time until the next one.
  for (const [i, id] of samples.entries()) {
    const ms = (timeDeltas[i + 1] ?? 0) / 1000;
    found.sampled += ms;
    if (names.get(id) !== '(idle)') found.active += ms;
    if (names.get(id) === '(garbage collector)') found.garbage += ms;
  }
  return found;
}
