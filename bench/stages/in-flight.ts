// Many requests at once to a Worker whose memory is measured.
import { type InspectedWorker, type Peak, withInspected } from '../measure/inspector.ts';
import { isReset, isTooLarge, pictureOf } from './largest.ts';

/** A plan's segments and the picture that is its body. */
export type Request = { plan: string; picture: Uint8Array };

/** Posts a picture to a path. */
export const send =
  (fetch: InspectedWorker['fetch']) =>
  (path: string, picture: Uint8Array): Promise<Response> => {
    const type = picture[0] === 0x89 ? 'image/png' : 'image/jpeg';
    const body = picture as Uint8Array<ArrayBuffer>;
    return fetch(path, { method: 'POST', body, headers: { 'Content-Type': type } });
  };

/** Sends all requests at once; the answer says how often each status came. */
export async function askAll(
  ask: (path: string, picture: Uint8Array) => Promise<Response>,
  requests: readonly Request[],
): Promise<string> {
  const answers = await Promise.all(
    requests.map(async ({ plan, picture }) => {
      try {
        const response = await ask(`/t/${plan}`, picture);
        await isTooLarge(response);
        return response.status;
      } catch (error) {
        if (isReset(error)) return 'reset';
        throw error;
      }
    }),
  );
  const statuses = [...new Set(answers)].sort();
  return statuses.map((s) => `${answers.filter((a) => a === s).length} × ${s}`).join(', ');
}

/** Memory of a new isolate while so many requests of 800×600 px are in flight, with the plans in turn; garbage is collected before each sample. */
export const peakInFlight = (
  count: number,
  plans: readonly { plan: string }[],
): Promise<{ answers: string; peak: Peak }> =>
  withInspected(async (worker) => {
    const picture = await pictureOf(800, 'jpeg');
    const requests = Array.from({ length: count }, (_, i) => ({
      plan: plans[i % plans.length]!.plan,
      picture,
    }));
    await (await worker.fetch('/health')).arrayBuffer();
    const { result, peak } = await worker.watch(() => askAll(send(worker.fetch), requests), true);
    return { answers: result, peak };
  });
