// Real weights of the networks of fast style transfer, in Node and in workerd; absent on most machines.
import type { Weights } from '../../../src/graph/engine.ts';
import { readSafetensors } from '../../../src/models/safetensors.ts';

const inWorkerd = navigator.userAgent === 'Cloudflare-Workers';

/** The model's weights, or undefined. */
export async function realWeights(model: string): Promise<Weights | undefined> {
  const bytes = await (inWorkerd ? overService(model) : fromFiles(model));
  return bytes && readSafetensors(bytes, { lazy: true }).tensors;
}

async function fromFiles(model: string): Promise<Uint8Array | undefined> {
  const { mirroredWeights } = await import('./mirrored-weights.ts');
  return mirroredWeights(model);
}

// The service runs in Node and is bound in vitest.config.ts.
async function overService(model: string): Promise<Uint8Array | undefined> {
  const { env } = await import('cloudflare:workers');
  const { MIRROR } = env as unknown as { MIRROR: { fetch: typeof fetch } };
  const response = await MIRROR.fetch(`https://mirror/${model}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return response.ok ? bytes : undefined;
}
