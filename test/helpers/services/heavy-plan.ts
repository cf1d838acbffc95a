import { expect } from 'vitest';
import { paint } from '../files/pictures.ts';
import { loadCodecs } from './codec-modules.ts';
import { asOption, PICTURES } from './in-memory-service.ts';
import type { JobTestService } from './job-service.ts';

export const codecs = await loadCodecs();
export const far = asOption(`${PICTURES}style.png`);
export const heavy = `style,engine=vgg19,style=${far}`;
export const source = `${PICTURES}content.png`;
export const url = `/t/${heavy}/${source}`;
export const result = await codecs.png.encode(
  paint({ width: 12, height: 12 }, () => [200, 30, 30]),
  { quality: 85 },
);
export const preview = await codecs.png.encode(
  paint({ width: 6, height: 6 }, () => [30, 200, 30]),
  { quality: 85 },
);

export async function submitted(service: JobTestService, path = url): Promise<string> {
  const response = await service.ask(path);
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

export const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());

export async function pixelOf(response: Response): Promise<number[]> {
  expect(response.headers.get('content-type')).toBe('image/png');
  const { data } = await codecs.png.decode(await bytesOf(response), { shrink: 1 });
  return [...data.subarray(0, 3)];
}
