// A phone photo to a thumbnail, from bytes to bytes in one process: ours inside workerd and sharp on one thread, without HTTP.
import sharp from 'sharp';
import type { RenderSample } from '../inside/render.ts';
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { median, rounded } from '../measure/report.ts';
import { withRuntime } from '../measure/runtime.ts';
import { largePhoto } from '../pictures/photos.ts';

const FILE = 'photo.jpg';
const THUMBNAIL = { width: 128, height: 96 };
/** Our encoder's defaults. */
const ENCODING = { quality: 85, effort: 2 };
/** Renderings that make one sample, so that the request for them hardly counts. */
const REPEAT = 5;

/** CPU milliseconds of this process so far. */
function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Ratios of the CPU time to sharp's, and the milliseconds of both in words. */
export async function bytesToBytes({ rounds, quick }: Effort) {
  const bytes = await (quick ? largePhoto(800, 600) : largePhoto(4000, 3000));
  const repeat = rounds(REPEAT);
  const samples = await withRuntime(async (runtime) => {
    await runtime.put(FILE, bytes);
    const { width, height } = THUMBNAIL;
    const plan = `w=${width},h=${height}`;
    const render = { plan, file: FILE, format: 'webp', repeat };
    return withOneThread(() =>
      interleave(rounds(20), {
        ours: async () => {
          const before = runtime.cpuMs();
          const { total } = await runtime.measure<RenderSample>('render', render);
          return before === undefined ? total : (runtime.cpuMs()! - before) / repeat;
        },
        theirs: async () => {
          const before = ownCpuMs();
          for (let i = 0; i < repeat; i++)
            await sharp(bytes).resize(width, height).webp(ENCODING).toBuffer();
          return (ownCpuMs() - before) / repeat;
        },
      }),
    );
  });
  const [ours, theirs] = [samples.ours!, samples.theirs!];
  const least = (ms: readonly number[]) => Math.min(...ms);
  const words = (ms: readonly number[]) =>
    `${rounded(median(ms))} ms (least ${rounded(least(ms))})`;
  return {
    median: median(ours) / median(theirs),
    min: least(ours) / least(theirs),
    times: `${words(ours)} against ${words(theirs)}`,
  };
}

/** Has libvips use one thread meanwhile. */
async function withOneThread<T>(use: () => Promise<T>): Promise<T> {
  const before = sharp.concurrency();
  sharp.concurrency(1);
  try {
    return await use();
  } finally {
    sharp.concurrency(before);
  }
}
