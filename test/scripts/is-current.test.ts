import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isCurrent } from '../../scripts/glue/is-current.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-current-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Writes a file that was changed so many seconds after 1970. */
function write(name: string, seconds: number): void {
  writeFileSync(join(root, name), '');
  utimesSync(join(root, name), seconds, seconds);
}

const current = () => isCurrent({ root, files: ['a.wasm', 'b.wasm'], sources: ['*.ts'] });

describe('generated files', () => {
  beforeEach(() => {
    write('a.wasm', 20);
    write('b.wasm', 10);
    write('kernel.ts', 10);
  });

  it('are current if none is older than a source', () => {
    expect(current()).toBe(true);
  });

  it('are not current if one is missing', () => {
    rmSync(join(root, 'b.wasm'));
    expect(current()).toBe(false);
  });

  it('are not current if a source changed after one of them was made', () => {
    write('kernel.ts', 15);
    expect(current()).toBe(false);
  });
});
