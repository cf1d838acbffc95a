// Decides which device renders: the first that is there and passes the test.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Device, GraphEngine } from '../../graph/engine.ts';
import type { RendererDevice } from '../messages.ts';
import type { DeviceWish } from '../settings.ts';
import { createOnnxEngine } from './onnx.ts';
import { checkKnown, measureSpeed } from './self-test.ts';

export type ChosenEngine = { engine: GraphEngine; device: RendererDevice };

export type ChooseOptions = {
  wish: DeviceWish;
  threads: number;
  /** Kinds that have ended a process before. */
  avoid: readonly string[];
  /** Told before each that is tried, for a driver may end the process. */
  onTry: (kind: Device['kind']) => void;
};

type Candidate = { kind: Device['kind']; test?: () => string | undefined };

/** The engine of the first device that works; the processor, where no other does. Throws where that fails too. */
export async function chooseEngine({
  wish,
  threads,
  avoid,
  onTry,
}: ChooseOptions): Promise<ChosenEngine> {
  const notes: string[] = [];
  for (const { kind, test } of candidates(wish)) {
    const reason = avoid.includes(kind) ? 'it ended the process' : test?.();
    if (reason !== undefined) {
      notes.push(`${kind}: ${reason}`);
      continue;
    }
    onTry(kind);
    try {
      const software = kind === 'webgpu' && wish === 'webgpu-software';
      const device = { kind, name: software ? 'software adapter' : nameOf(kind, threads) };
      const { engine, gflops } = await tested(device, threads, software);
      if (kind === 'webgpu' && wish === 'auto') {
        const cpu = await tested({ kind: 'cpu', name: nameOf('cpu', threads) }, threads);
        if (cpu.gflops > gflops) throw new Error('it is slower than the processor');
      }
      return { engine, device: { ...engine.device, gflops: Math.round(gflops), notes } };
    } catch (error) {
      if (kind === 'cpu') throw error;
      notes.push(`${kind}: ${shortened((error as Error).message)}`);
    }
  }
  throw new Error(`no device works: ${notes.join('; ')}`);
}

async function tested(device: Device, threads: number, software = false) {
  const engine = createOnnxEngine({ device, threads });
  await checkKnown(engine);
  return { engine, gflops: await measureSpeed(engine, software) };
}

function candidates(wish: DeviceWish): Candidate[] {
  const cpu: Candidate = { kind: 'cpu' };
  const cuda: Candidate = { kind: 'cuda', test: () => missing(hasNvidia(), 'no NVIDIA device') };
  const hardware = (): string | undefined => missing(hasAdapter(), 'no hardware adapter');
  if (wish === 'cpu') return [cpu];
  if (wish === 'cuda') return [cuda, cpu];
  if (wish === 'webgpu') return [{ kind: 'webgpu', test: hardware }, cpu];
  if (wish === 'webgpu-software') return [{ kind: 'webgpu' }, cpu];
  return [cuda, { kind: 'webgpu', test: hardware }, cpu];
}

const missing = (found: boolean, what: string): string | undefined => (found ? undefined : what);

const hasNvidia = (): boolean =>
  existsSync('/dev/nvidia0') || existsSync('/dev/dxg') || process.platform === 'win32';

// WebGPU runs on a software adapter too, which is slower than the processor's own path.
const hasAdapter = (): boolean =>
  hasNvidia() || existsSync('/dev/dri/renderD128') || process.platform === 'darwin';

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
