// The codecs of the Worker in Node: the same WebAssembly modules.
import type { Codecs } from '../codecs/codec.ts';
import { createCodecs, moduleNames } from '../codecs/create-codecs.ts';
import { compileGenerated } from './project.ts';

/** The codecs of the Worker. */
export async function loadOwnCodecs(): Promise<Required<Codecs>> {
  const modules = await Promise.all(
    moduleNames.map(async (name) => [name, await compileGenerated(name)] as const),
  );
  return createCodecs(Object.fromEntries(modules));
}
