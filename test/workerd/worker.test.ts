import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { engine } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import worker from '../../src/edge/worker.ts';

async function fetchWorker(path: string, init?: RequestInit): Promise<Response> {
  const context = createExecutionContext();
  const response = await worker.fetch(
    new Request(`http://tessera.test${path}`, init),
    env,
    context,
  );
  await waitOnExecutionContext(context);
  return response;
}

describe('the Worker', () => {
  it('leaves no tensor behind after 64 mixed requests, good and bad', async () => {
    const paths = [
      (i: number) => `/t/w=${20 + i}/asset:zoneplate.png`,
      (i: number) =>
        `/t/w=64,h=${40 + i},fit=cover/pixelate,block=${1 + (i % 16)}/f=png/asset:chess.jpg`,
      (i: number) => `/t/w=${48 + (i % 8)}/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg`,
      (i: number) =>
        `/t/w=32/hybrid,far=asset:bust.jpg,mode=reference,steps=${i % 4}/f=json/asset:chess.jpg`,
      () => '/t/w=64/pixelate,mode=reference/asset:landscape.jpg',
      () => '/t/pixelate,block=0/asset:chess.jpg',
      () => '/t/hybrid,far=asset:missing.png/asset:chess.jpg',
      (i: number) => `/t/w=${30 + i},h=30,fit=pad,background=ff000080/asset:sticker.png`,
    ];
    const statuses = new Map<number, number>();
    let before: number | undefined;
    for (let i = 0; i < 64; i++) {
      const response = await fetchWorker(
        (paths[i % paths.length] as (i: number) => string)(Math.floor(i / paths.length)),
      );
      await response.arrayBuffer();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      before ??= engine().state.numTensors;
    }
    expect(engine().state.numTensors).toBe(before);
    expect(Object.fromEntries(statuses)).toEqual({ 200: 48, 400: 8, 404: 8 });
  });

  it('answers requests that overlap', async () => {
    const answers = await Promise.all(
      [40, 41, 42, 43].map((w) =>
        fetchWorker(`/t/w=${w}/hybrid,far=asset:bust.jpg/f=png/asset:chess.jpg`),
      ),
    );
    expect(answers.map((r) => r.status)).toEqual([200, 200, 200, 200]);
  });
});
