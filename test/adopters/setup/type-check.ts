// Type-checks files as a project of their own would.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));

/**
 * Writes these files and a configuration into a folder, and returns what the compiler says about them: nothing if all is well. Strict, for
 * bundlers, and without the declarations of packages, unless `options` say otherwise.
 */
export function typeErrors(
  folder: string,
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
    ...{ noEmit: true, skipLibCheck: true, types: [], jsx: 'preserve' },
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM'] },
    ...{ module: 'ESNext', moduleResolution: 'Bundler', allowImportingTsExtensions: true },
    ...options,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: Object.keys(files) }),
  );
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return stdout;
}
