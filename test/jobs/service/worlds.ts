// Worlds of jobs that end with their test, and what tests of the job service do in them.
import { afterEach } from 'vitest';
import { type Act, renderOf } from '../fake-backend.ts';
import { createJobWorld, requestOf, type WorldOptions } from '../job-world.ts';

/** What is waited for happens within this time on any machine. */
export const LONG_MS = 20_000;

let open: { close: () => void }[] = [];
export function worldOf(options?: WorldOptions) {
  const world = createJobWorld(options);
  open.push(world);
  return world;
}
/** Closes the worlds of each test of the file that calls it. */
export function closeWorldsAfterTests(): void {
  afterEach(() => {
    for (const world of open) world.close();
    open = [];
  });
}

export type World = ReturnType<typeof createJobWorld>;

export const expected = (letter: string): Uint8Array =>
  renderOf(requestOf(letter).planText, [
    new TextEncoder().encode(letter),
    new TextEncoder().encode('style'),
  ]);

export async function resultOf({ service }: World, id: string): Promise<Uint8Array> {
  const blob = await service.result(id);
  if (!blob) throw new Error('no result');
  return new Uint8Array(await new Response(blob.body).arrayBuffer());
}

export async function run(world: World, letter: string, acts: Act[] = []) {
  world.fakes[0]?.acts.push(...acts);
  const { job } = await world.service.submit(requestOf(letter));
  const ended = await world.service.wait(job.id, LONG_MS);
  if (!ended) throw new Error('no job');
  return ended;
}

export async function textOf(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  return new Response(stream ?? null).text();
}

export async function until(condition: () => unknown | Promise<unknown>): Promise<void> {
  for (const end = Date.now() + LONG_MS; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it did not happen');
}
