import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import type { RendererPool } from '../../../src/gpu/pool/pool.ts';
import { readSettings } from '../../../src/gpu/settings.ts';
import { createJobTable } from '../../../src/gpu/table/table.ts';
import type { JobHead } from '../../../src/jobs/protocol.ts';

const pool: RendererPool = {
  take: () => undefined,
  release: () => {},
  device: () => undefined,
  broken: () => undefined,
  state: () => ({ ready: 0, busy: 0, restarts: 0, memoryBytes: 0 }),
  close: () => {},
};
const head = (id: string): JobHead => ({
  id,
  run: 1,
  attempt: 1,
  plan: 'w=8',
  accept: null,
  inputs: [{ name: 'image', bytes: 80, sha256: 'a'.repeat(64) }],
  checkpoint: { step: 1, bytes: 40, sha256: 'b'.repeat(64) },
});

it('keeps files of ended jobs up to a limit, to which uploaded files count as well', () => {
  const table = createJobTable({
    settings: readSettings({ GPU_KEEP_BYTES: '250' }),
    pool: () => pool,
    folder: `${tmpdir()}/tessera-none`,
    log: () => {},
    onEnd: () => {},
  });
  const kept = ['a', 'b', 'c'].map((id) => {
    const { job, start } = table.open(head(id));
    start({ plan: 'w=8', accept: null, folder: job.folder, inputs: [] });
    table.cancel(id);
    return table.state().ended;
  });
  expect(kept).toEqual([1, 2, 2]);
  expect([table.find('a'), table.find('c')?.stage()]).toEqual([undefined, 'ended']);
});
