// Chooses the device that renders: the first that exists and passes the self-test.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { messageOf } from '../../errors.ts';
import type { Device, GraphEngine } from '../../graph/engine.ts';
import type { DeviceChoice, TestedDevice } from '../device.ts';
import { createOnnxEngine } from './onnx.ts';
import { checkKnown, measureSpeed } from './self-test.ts';

export type ChosenEngine = { engine: GraphEngine; device: TestedDevice };

export type ChooseOptions = {
  choice: DeviceChoice;
  /** Threads on the processor. */
  threads: number;
  /** Kinds of devices whose test has ended a process before. */
  avoid: readonly string[];
  /** Called before each device is tested, because a driver may end the process. */
  onTry: (kind: Device['kind']) => void;
};

/** `missing` returns why there is no such device, or undefined if there may be one. */
type Candidate = { kind: Device['kind']; missing?: () => string | undefined };

/**
 * The engine of the first device that works; the processor if no other does. With `auto`, WebGPU is chosen only if it is faster
 * than the processor. Throws `Error` if the processor fails too.
 */
export async function chooseEngine({
  choice,
  threads,
  avoid,
  onTry,
}: ChooseOptions): Promise<ChosenEngine> {
  const notes: string[] = [];
  for (const { kind, missing } of candidates(choice)) {
    const reason = avoid.includes(kind) ? 'it ended the process' : missing?.();
    if (reason !== undefined) {
      notes.push(`${kind}: ${reason}`);
      continue;
    }
    onTry(kind);
    try {
      const software = kind === 'webgpu' && choice === 'webgpu-software';
      const device = { kind, name: software ? 'software adapter' : nameOf(kind, threads) };
      const { engine, gflops } = await tested(device, threads, software);
      if (kind === 'webgpu' && choice === 'auto') {
        const cpu = await tested({ kind: 'cpu', name: nameOf('cpu', threads) }, threads);
        if (cpu.gflops > gflops) throw new Error('it is slower than the processor');
      }
      return { engine, device: { ...engine.device, gflops: Math.round(gflops), notes } };
    } catch (error) {
      if (kind === 'cpu') throw error;
      notes.push(`${kind}: ${shortened(messageOf(error))}`);
    }
  }
  throw new Error(`no device works: ${notes.join('; ')}`);
}

async function tested(device: Device, threads: number, software = false) {
  const engine = createOnnxEngine({ device, threads });
  await checkKnown(engine);
  return { engine, gflops: await measureSpeed(engine, software) };
}

function candidates(choice: DeviceChoice): Candidate[] {
  const cpu: Candidate = { kind: 'cpu' };
  const cuda: Candidate = { kind: 'cuda', missing: () => unless(hasNvidia(), 'no NVIDIA device') };
  const hardware = (): string | undefined => unless(hasAdapter(), 'no hardware adapter');
  if (choice === 'cpu') return [cpu];
  if (choice === 'cuda') return [cuda, cpu];
  if (choice === 'webgpu') return [{ kind: 'webgpu', missing: hardware }, cpu];
  if (choice === 'webgpu-software') return [{ kind: 'webgpu' }, cpu];
  return [cuda, { kind: 'webgpu', missing: hardware }, cpu];
}

const unless = (found: boolean, reason: string): string | undefined => (found ? undefined : reason);

const hasNvidia = (): boolean =>
  existsSync('/dev/nvidia0') || existsSync('/dev/dxg') || process.platform === 'win32';

// WebGPU also runs on a software adapter, but the processor's own engine is faster than that.
const hasAdapter = (): boolean =>
  hasNvidia() || existsSync('/dev/dri/renderD128') || process.platform === 'darwin';

/** Where the driver describes its GPUs. */
const NVIDIA = '/proc/driver/nvidia/gpus';

function nameOf(kind: Device['kind'], threads: number): string {
  if (kind === 'cpu') return `${cpus()[0]?.model.trim() ?? 'processor'}, ${threads} threads`;
  try {
    const [first = ''] = readdirSync(NVIDIA);
    const text = readFileSync(`${NVIDIA}/${first}/information`, 'utf8');
    return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? kind;
  } catch {
    return kind;
  }
}

const shortened = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300);
