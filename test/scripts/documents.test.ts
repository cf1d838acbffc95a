// Checks that the documents link only to files that exist.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  'docs/architecture.md',
  'docs/command-line.md',
  'docs/client.md',
  'docs/deploy.md',
  'docs/effects.md',
  'docs/jobs.md',
  'docs/operating.md',
  'models/README.md',
  'src/gpu/README.md',
];

const textOf = (document: string): string => readFileSync(join(root, document), 'utf8');

describe('the documents', () => {
  it.each(documents)('%s links only to files that exist', (document) => {
    const targets = [...textOf(document).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !target.includes('://'));
    const missing = targets.filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(missing).toEqual([]);
  });
});
