// What installing brings: exact versions, all of them from the registry, and scripts of listed packages only.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

type Manifest = Record<
  string,
  Record<string, string | boolean | Record<string, string>> | undefined
>;
type Locked = {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  inBundle?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
};

const manifestOf = (folder: string): Manifest => JSON.parse(read(`${folder}package.json`));
const lockOf = (folder: string): { packages: Record<string, Locked> } =>
  JSON.parse(read(`${folder}package-lock.json`));
const lockedIn = (folder: string): [string, Locked][] =>
  Object.entries(lockOf(folder).packages).filter(([path]) => path !== '');
const manifest = manifestOf('');
/** The project, and the frameworks that the client is tested in. */
const folders = ['', 'test/adopters/'];
const config = read('.npmrc');
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

/** Packages that may run a script when they are installed, and what it does; none of them fetches anything from elsewhere than the registry. */
const scripts: Record<string, string> = {
  node: 'brings the package of its platform, of the same version',
  esbuild: 'checks the program of its platform package, and brings that where it is missing',
  workerd: 'checks the program of its platform package, and brings that where it is missing',
  sharp: 'looks whether its platform package is there',
};
/** Packages whose script is not run, and why. */
const refused: Record<string, string> = {
  'onnxruntime-node': 'it would fetch libraries for CUDA from elsewhere',
};

describe('dependencies', () => {
  it.each(folders)('of ./%s are pinned to one version each', (folder) => {
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const pinned = kinds.flatMap((kind) => Object.entries(manifestOf(folder)[kind] ?? {}));
    // A version of a package everywhere, or of what one package depends on.
    const replaced = Object.entries(manifestOf(folder).overrides ?? {}).flatMap(
      ([name, version]) =>
        typeof version === 'object' ? Object.entries(version) : [[name, version]],
    );
    const all = [...pinned, ...replaced];
    expect(all.length).toBeGreaterThan(8);
    for (const [name, version] of all)
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
    expect(config).toMatch(/^save-exact=true$/m);
  });

  it.each(folders)('of ./%s are locked at the pinned versions', (folder) => {
    const { dependencies, devDependencies } = manifestOf(folder);
    const lock = lockOf(folder);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });

  it.each(folders)('of ./%s come from the registry, with a digest', (folder) => {
    const locked = lockedIn(folder);
    for (const [path, { resolved, integrity, link, inBundle, optional, os, cpu }] of locked) {
      expect([path, link ?? false]).toEqual([path, false]);
      expect([path, resolved ?? 'https://registry.npmjs.org/']).toEqual([
        path,
        expect.stringMatching(/^https:\/\/registry\.npmjs\.org\//),
      ]);
      // Of systems that the lock file was not written on, the digest is not known.
      const elsewhere = optional === true && (os !== undefined || cpu !== undefined);
      if (integrity === undefined && (elsewhere || inBundle)) continue;
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    }
  });

  it('run no script when installed but those that are listed', () => {
    const withScript = lockedIn('')
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => nameOf(path));
    const known = [...Object.keys(scripts), ...Object.keys(refused)];
    expect(withScript.filter((name) => !known.includes(name))).toEqual([]);
    const allowed = Object.fromEntries([
      ...Object.keys(scripts).map((name) => [name, true]),
      ...Object.keys(refused).map((name) => [name, false]),
    ]);
    expect(manifest.allowScripts).toEqual(allowed);
    expect(config).toMatch(/^onnxruntime-node-install=skip$/m);
  });

  it('name no registry, and no place to fetch from, of their own', () => {
    expect(config).not.toMatch(/registry\s*=|https?:/);
    const hooks = Object.entries(manifest.scripts ?? {}).filter(([name]) =>
      /^(?:pre|post)?(?:install|prepare|publish)/.test(name),
    );
    expect(hooks).toEqual([['postinstall', 'node scripts/glue.ts']]);
    expect(read('scripts/glue.ts')).not.toMatch(/\bfetch\(|https?:\/\//);
  });
});
