// The frameworks that `npm run test:adopters` installs, and what these tests share.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { adoptersFolder, installedFile } from '../../scripts/adopters.ts';
import { candidatesOf, serviceReads } from '../client/service-reads.ts';

/** Without the frameworks, `npm test` lists these tests as not run; with REQUIRE_ALL=1 it fails. */
export const installed = existsSync(installedFile);

export const origin = 'https://tessera.example';

/** Loads CommonJS packages beside the packed client. */
export const require = createRequire(join(adoptersFolder, 'package.json'));

/** Loads a module by its path in `node_modules`, beside the packed client. */
export const load = <Module>(path: string): Promise<Module> =>
  import(pathToFileURL(join(adoptersFolder, 'node_modules', path)).href);

/** Loads an entry of the packed client. */
export const loadClient = <Module>(entry: string): Promise<Module> =>
  import(pathToFileURL(require.resolve(entry)).href);

/** The URLs of a `srcset` with their descriptors, after the service at this origin has read each of them: as `<descriptor> <plan> <source>`. */
export function readSrcset(srcset: string, service = origin): string[] {
  const candidates = candidatesOf(srcset);
  expect(candidates.length).toBeGreaterThan(0);
  return candidates.map(({ url, descriptor }) => {
    expect(url.startsWith(`${service}/t/`)).toBe(true);
    const { plan, source } = serviceReads(url);
    return `${descriptor} ${plan} ${source}`;
  });
}

/** An attribute of the first element that has it, with its entities read. */
export function attributeOf(html: string, name: string): string {
  const [, value] = new RegExp(` ${name}="([^"]*)"`, 'i').exec(html) ?? [];
  if (value === undefined) throw new Error(`no ${name} in ${html}`);
  return value.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
