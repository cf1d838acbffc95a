// Keeps as many renderers as there are slots: starts them, and starts them again when they end.
import type { Device } from '../../graph/engine.ts';
import type { Log } from '../log.ts';
import type { RendererDevice } from '../messages.ts';
import type { Settings } from '../settings.ts';
import { type RendererProcess, startRenderer } from './process.ts';

export type RendererPool = {
  /** A renderer that is ready and has no job; it is the caller's until `giveBack`. */
  take: () => RendererProcess | undefined;
  /** `goesOn` is false for one that must not render again. */
  giveBack: (renderer: RendererProcess, goesOn: boolean) => void;
  /** What the renderers run on, once that is known. */
  device: () => RendererDevice | undefined;
  /** Whether renderers end before they are ready, again and again, and why. */
  broken: () => string | undefined;
  state: () => { ready: number; busy: number; restarts: number; memoryBytes: number };
  /** Ends all. */
  close: () => void;
};

/** Failures in a row after which nothing can be expected. */
const HOPELESS = 3;
const LONGEST_PAUSE_MS = 30_000;

/** Starts the renderers; `onReady` is told whenever one becomes free. */
export function createRendererPool(
  { GPU_SLOTS, GPU_DEVICE, GPU_HANG_MS, GPU_CANCEL_MS }: Settings,
  { env, log, onReady }: { env: NodeJS.ProcessEnv; log: Log; onReady: () => void },
): RendererPool {
  const all = new Set<RendererProcess>();
  const free: RendererProcess[] = [];
  const avoid = new Set<Device['kind']>();
  let device: RendererDevice | undefined;
  let failures = 0;
  let reason: string | undefined;
  let restarts = 0;
  let closed = false;

  const start = (): void => {
    if (closed) return;
    const renderer = startRenderer({
      env: {
        ...env,
        GPU_DEVICE: GPU_DEVICE === 'auto' ? (device?.kind ?? 'auto') : GPU_DEVICE,
        GPU_AVOID: [...avoid].join(),
      },
      hangMs: GPU_HANG_MS,
      cancelMs: GPU_CANCEL_MS,
    });
    all.add(renderer);
    renderer.ready.then(
      (found) => {
        if (!device) log('info', 'device', { ...found });
        device ??= found;
        failures = 0;
        free.push(renderer);
        onReady();
      },
      () => {},
    );
    renderer.ended.then(({ reason: why, trying }) => {
      all.delete(renderer);
      const index = free.indexOf(renderer);
      if (index >= 0) free.splice(index, 1);
      if (closed) return;
      log('warning', 'renderer ended', { reason: why, ...(trying && { trying }) });
      if (trying && trying !== 'cpu') avoid.add(trying);
      restarts++;
      reason = why;
      failures++;
      // The first time at once: a job may be waiting.
      setTimeout(start, failures > 1 ? Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures) : 0);
    });
  };
  for (let i = 0; i < GPU_SLOTS; i++) start();

  return {
    take: () => free.shift(),
    giveBack(renderer, goesOn) {
      if (!goesOn) {
        failures = 0;
        renderer.kill();
      } else if (all.has(renderer)) {
        free.push(renderer);
        onReady();
      }
    },
    device: () => device,
    broken: () => (failures >= HOPELESS ? reason : undefined),
    state: () => ({
      ready: free.length,
      busy: all.size - free.length,
      restarts,
      memoryBytes: [...all].reduce((sum, one) => sum + one.memoryBytes(), 0),
    }),
    close() {
      closed = true;
      for (const renderer of all) renderer.kill();
    },
  };
}
