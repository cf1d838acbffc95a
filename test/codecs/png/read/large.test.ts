// What large pictures and long streams take while they are read.
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pngDecodeCost } from '../../../../src/codecs/png/cost.ts';
import { decodePng } from '../../../../src/codecs/png/read/decode.ts';
import { probe } from '../../../../src/codecs/probe/probe.ts';
import type { Image } from '../../../../src/image.ts';
import type { Pace } from '../../../../src/timing.ts';
import { pngOfStream } from '../../../helpers/files/make-image-files.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Most bytes of live buffers that `work` holds at its steps, beyond those before. */
async function buffersDuring(work: (step: Pace) => Promise<unknown>): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let steps = 0;
  // Another thread frees dead buffers and may lag behind, so each measurement is an upper bound.
  const measure = async (): Promise<void> => {
    let held = Number.POSITIVE_INFINITY;
    for (let look = 0; look < 4; look++) {
      collectGarbage();
      await setImmediate();
      held = Math.min(held, process.memoryUsage().arrayBuffers - before);
    }
    most = Math.max(most, held);
  };
  await work(() => (steps++ % 512 === 0 ? measure() : undefined));
  return most;
}

describe('a large PNG', () => {
  it.each([
    ['of 100 megapixels of 1 bit', 10_000, 1, 0],
    ['of 16 megapixels of 8 bits', 4000, 8, 0x55],
  ])('%s is shrunk in little memory', async (_, edge, bitDepth, value) => {
    const row = Buffer.alloc(1 + (edge * bitDepth) / 8, value).fill(0, 0, 1);
    const stream = deflateSync(Buffer.concat(new Array<Buffer>(edge).fill(row)), { level: 1 });
    const file = pngOfStream({ width: edge, height: edge, colorType: 0, bitDepth }, stream);
    let small: Image | undefined;
    const held = await buffersDuring(async (pace) => {
      small = await decodePng(file, { shrink: 64, pace });
    });
    expect(small?.width).toBe(Math.ceil(edge / 64));
    expect([...(small?.data.subarray(0, 4) ?? [])]).toEqual([value, value, value, 255]);
    expect(held).toBeLessThan(2e6);
    const header = probe(file);
    const cost = pngDecodeCost({ header, byteLength: file.length, shrink: 64 });
    expect(cost.bytes).toBeGreaterThan(4 * Math.ceil(edge / 64) ** 2);
    expect(cost.bytes).toBeLessThan(1.2e6);
    expect(cost.work['decode.raw']).toBe(edge * (1 + (edge * bitDepth) / 8));
  });
});

describe('a small PNG', () => {
  it('costs nothing if 100 MB follow a header of 10×10', async () => {
    const stream = deflateSync(Buffer.alloc(100e6));
    const bomb = pngOfStream({ width: 10, height: 10, colorType: 0 }, stream);
    expect(await buffersDuring((pace) => decodePng(bomb, { pace }))).toBeLessThan(2e6);
    const started = process.cpuUsage();
    inflateSync(stream, { maxOutputLength: 100e6 });
    const whole = process.cpuUsage(started);
    // The process may collect garbage of other tests meanwhile, so the least of some tries counts.
    const tries: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const before = process.cpuUsage();
      await decodePng(bomb);
      const { user, system } = process.cpuUsage(before);
      tries.push(user + system);
    }
    expect(Math.min(...tries)).toBeLessThan((whole.user + whole.system) / 2);
  });
});
