// The package `tessera`, packed and installed into an empty folder as a user would, and ways to run it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { packPackage } from '../../../scripts/pack/pack-package.ts';
import { commandPackage } from '../../../scripts/pack/tessera.ts';

export type Ran = { code: number | null; stdout: string; stderr: string };

export type InstalledCommand = {
  /** Where commands run. */
  folder: string;
  /** Runs a line in the shell; `tessera` is on the path. `onText` gets what it writes, and may end it. */
  run: (line: string, onText?: (text: string, interrupt: () => void) => void) => Promise<Ran>;
  remove: () => Promise<void>;
};

/** Packs and installs the package; nothing is fetched. */
export async function installCommand(): Promise<InstalledCommand> {
  const whole = await realpath(await mkdtemp(join(tmpdir(), 'tessera-test-')));
  const [folder, home] = [join(whole, 'work'), join(whole, 'home')];
  await mkdir(folder);
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{}');
  const tarball = await packPackage(commandPackage, join(whole, 'dist'));
  const args = ['install', '--offline', '--no-audit', '--no-fund', tarball];
  await promisify(execFile)('npm', args, { cwd: home, timeout: 60_000 });
  const path = [join(home, 'node_modules/.bin'), dirname(process.execPath), process.env.PATH];
  const env = { ...process.env, PATH: path.join(delimiter) };
  return {
    folder,
    async run(line, onText) {
      const child = spawn('sh', ['-c', `exec ${line}`], { cwd: folder, env });
      const text = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (piece: string) => {
          text[name] += piece;
          onText?.(text[name], () => child.kill('SIGINT'));
        });
      }
      const [code] = await once(child, 'close');
      return { code, ...text };
    },
    remove: () => rm(whole, { recursive: true, force: true }),
  };
}
