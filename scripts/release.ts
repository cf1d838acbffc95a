// `node scripts/release.ts v1.2.3`: checks that the tag is the version of package.json, and prints the section of CHANGELOG.md about it.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fail, readArguments } from './command-line.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const USAGE = `usage: node scripts/release.ts v<version>
  prints the section of CHANGELOG.md about the version, which is that of package.json`;

/**
 * The text of the section about a version in a changelog, whose titles are `## <version>`, with a date or without. Throws `Error` if there is
 * no such section, or if it is empty.
 */
export function sectionOf(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => /^\[?([^\s\]]+)/.exec(section)?.[1] === version);
  const text = found?.slice(found.indexOf('\n')).trim() ?? '';
  if (text !== '') return `${text}\n`;
  throw new Error(`CHANGELOG.md: expected a section "## ${version}" with text`);
}

/** The version that a tag names. Throws `Error` unless it is the version of the package. */
export function versionOf(tag: string, { version }: { version: string }): string {
  if (tag === `v${version}`) return version;
  throw new Error(`expected the tag v${version}, the version of package.json, got ${tag}`);
}

if (import.meta.main) {
  const { positionals } = readArguments(USAGE, { allowPositionals: true });
  const [tag, ...rest] = positionals;
  if (tag === undefined || rest.length > 0) fail('expected one tag', USAGE);
  const read = (name: string): Promise<string> => readFile(`${root}/${name}`, 'utf8');
  try {
    const version = versionOf(tag, JSON.parse(await read('package.json')));
    process.stdout.write(sectionOf(await read('CHANGELOG.md'), version));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
