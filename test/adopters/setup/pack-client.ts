// Packs the client and installs its tarball, once before all tests: into an empty project, and beside the frameworks.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { adoptersFolder } from '../../../scripts/adopters.ts';
import { clientPackage } from '../../../scripts/pack/client.ts';
import { packPackage } from '../../../scripts/pack/pack-package.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A project into which nothing but the tarball is installed. */
    emptyProject: string;
  }
}

const TIMEOUT_MS = 60_000;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-adopter-'));
  const tarball = await packPackage(clientPackage, join(folder, 'packed'));
  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await promisify(execFile)('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], {
    cwd: project,
    timeout: TIMEOUT_MS,
  });
  const installed = join(adoptersFolder, 'node_modules/tessera-client');
  await rm(installed, { recursive: true, force: true });
  await cp(join(project, 'node_modules/tessera-client'), installed, { recursive: true });
  provide('emptyProject', project);
  return () => rm(folder, { recursive: true, force: true });
}
