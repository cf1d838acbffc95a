// The renderer processes, one per slot: starts them, and restarts those that end.
import type { Device } from '../../graph/engine.ts';
import type { TestedDevice } from '../../node/device.ts';
import type { Log } from '../log.ts';
import type { Settings } from '../settings.ts';
import { type RendererProcess, startRenderer } from './process.ts';

export type RendererPool = {
  /** A renderer that is ready and has no job. It belongs to the caller until `giveBack`. */
  take: () => RendererProcess | undefined;
  /** `canContinue` is false if the renderer must not render again. */
  release: (renderer: RendererProcess, canContinue: boolean) => void;
  /** The device of the renderers; undefined until the first has found one. */
  device: () => TestedDevice | undefined;
  /** Why the last renderer ended, if several in a row ended without rendering; else undefined. */
  broken: () => string | undefined;
  /** Numbers of renderers; `restarts` counts from the start of the backend. */
  state: () => { ready: number; busy: number; restarts: number; memoryBytes: number };
  /** Ends all renderers. */
  close: () => void;
};

export type PoolOptions = {
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Called when a renderer becomes free. */
  onReady: () => void;
};

/** Failures in a row after which the pool is broken. */
const MAX_FAILURES = 3;

/** Pause before a restart after several failures, in milliseconds: `FIRST_PAUSE_MS · 2^failures`, at most `LONGEST_PAUSE_MS`. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

type State = {
  all: Set<RendererProcess>;
  free: RendererProcess[];
  /** Devices whose test ended a process. */
  avoid: Set<Device['kind']>;
  device: TestedDevice | undefined;
  /** Renderers in a row that ended unexpectedly. */
  failures: number;
  /** Why the last one ended. */
  reason: string | undefined;
  restarts: number;
  closed: boolean;
};

/** Starts the renderers. */
export function createRendererPool(settings: Settings, options: PoolOptions): RendererPool {
  const state: State = {
    all: new Set(),
    free: [],
    avoid: new Set(),
    closed: false,
    device: undefined,
    failures: 0,
    reason: undefined,
    restarts: 0,
  };
  for (let i = 0; i < settings.GPU_SLOTS; i++) start(state, settings, options);
  return {
    take: () => state.free.shift(),
    release(renderer, canContinue) {
      if (!canContinue) {
        state.failures = 0;
        renderer.kill();
      } else if (state.all.has(renderer)) {
        state.free.push(renderer);
        options.onReady();
      }
    },
    device: () => state.device,
    broken: () => (state.failures >= MAX_FAILURES ? state.reason : undefined),
    state: () => ({
      ready: state.free.length,
      busy: state.all.size - state.free.length,
      restarts: state.restarts,
      memoryBytes: [...state.all].reduce((sum, one) => sum + one.memoryBytes(), 0),
    }),
    close() {
      state.closed = true;
      for (const renderer of state.all) renderer.kill();
    },
  };
}

function start(state: State, settings: Settings, options: PoolOptions): void {
  if (state.closed) return;
  const { GPU_DEVICE, GPU_HANG_MS: hangMs, GPU_CANCEL_MS: cancelMs } = settings;
  const renderer = startRenderer({
    env: {
      ...options.env,
      // All renderers use the device that the first has found.
      GPU_DEVICE: GPU_DEVICE === 'auto' ? (state.device?.kind ?? 'auto') : GPU_DEVICE,
      GPU_AVOID: [...state.avoid].join(),
    },
    hangMs,
    cancelMs,
  });
  state.all.add(renderer);
  renderer.ready.then(
    (device) => {
      if (!state.device) options.log('info', 'device', { ...device });
      state.device ??= device;
      state.failures = 0;
      state.free.push(renderer);
      options.onReady();
    },
    // `ended` handles a renderer that does not become ready.
    () => {},
  );
  renderer.ended.then(({ reason, trying }) => {
    remove(renderer, state);
    if (state.closed) return;
    options.log('warning', 'renderer ended', { reason, ...(trying && { trying }) });
    if (trying && trying !== 'cpu') state.avoid.add(trying);
    state.restarts += 1;
    state.reason = reason;
    state.failures += 1;
    setTimeout(() => start(state, settings, options), pauseMs(state.failures));
  });
}

function remove(renderer: RendererProcess, { all, free }: State): void {
  all.delete(renderer);
  const index = free.indexOf(renderer);
  if (index >= 0) free.splice(index, 1);
}

// After the first failure there is no pause, because a job may be waiting.
const pauseMs = (failures: number): number =>
  failures > 1 ? Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures) : 0;
