// The application with the in-memory job engine, a settable clock, and pictures for jobs.
import type { Codecs } from '../../../src/codecs/codec.ts';
import { paint } from '../files/pictures.ts';
import { createInMemoryJobs } from './in-memory-jobs.ts';
import { createInMemoryService, PICTURES, type ServiceParts } from './in-memory-service.ts';

const painted = (codecs: Codecs, size: number, blue: number): Promise<Uint8Array> => {
  const image = paint({ width: size, height: size }, (x, y) => [10 * x, 10 * y, blue]);
  return (codecs.png as NonNullable<typeof codecs.png>).encode(image, { quality: 85 });
};

export type JobTestService = Awaited<ReturnType<typeof createJobTestService>>;

/** A service without jobs, with the sources `content.png`, `other.png` and `style.png`. */
export async function createJobTestService(codecs: Codecs, parts: Partial<ServiceParts> = {}) {
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') };
  const date = (): number => clock.now;
  const [content, other, style] = await Promise.all([
    painted(codecs, 24, 0),
    painted(codecs, 24, 99),
    painted(codecs, 16, 200),
  ]);
  const jobs = createInMemoryJobs(date);
  const pictures: Record<string, Uint8Array> = {
    [`${PICTURES}content.png`]: content,
    [`${PICTURES}other.png`]: other,
    [`${PICTURES}style.png`]: style,
  };
  const service = createInMemoryService({ codecs, pictures, jobs: jobs.service, date, ...parts });
  return { ...service, engine: jobs, clock, pictures, content, other, style };
}

/** The body of a multipart request. */
export function form(parts: Readonly<Record<string, Uint8Array | string>>): FormData {
  const body = new FormData();
  for (const [name, part] of Object.entries(parts))
    body.set(name, typeof part === 'string' ? part : new Blob([part as Uint8Array<ArrayBuffer>]));
  return body;
}
