// The isolate's memory, measured from outside, while it works on the largest pictures that it accepts, and on many requests at once.
import { effects } from '../../src/effects/index.ts';
import type { Effort } from '../measure/effort.ts';
import { type InspectedWorker, type Peak, withInspected } from '../measure/inspector.ts';
import { atMost, type Outcome, rounded } from '../measure/report.ts';
import { askAll, type Request, send } from '../stages/in-flight.ts';
import { isTooLarge, largestAccepted, pictureOf } from '../stages/largest.ts';

const MIB = 2 ** 20;
/** Of an isolate's 128 MB; the rest is for memory that cannot be measured: code, stacks, the platform's own buffers. */
const LIMIT_MIB = 112;
export const IN_FLIGHT = 20;
const QUICK_IN_FLIGHT = 3;

type Plan = { effect: string; plan: string; source?: 'jpeg' | 'png' };

/** For every effect the parameters that need the most memory, and every output format. */
export const plans: readonly Plan[] = [
  { effect: 'hybrid', plan: 'hybrid,far=asset:bust.jpg/f=webp' },
  { effect: 'resize', plan: 'w=400/f=webp' },
  { effect: 'resize', plan: 'w=400/f=webp', source: 'png' },
  { effect: 'resize', plan: 'w=400/f=avif' },
  { effect: 'flip', plan: 'flip=h/f=jpeg' },
  { effect: 'flip', plan: 'flip=h/f=png' },
  { effect: 'flip', plan: 'flip=h/f=webp' },
  { effect: 'flip', plan: 'flip=h/f=avif' },
  { effect: 'rotate', plan: 'rotate=90/f=webp' },
  { effect: 'trim', plan: 'trim=border/f=webp' },
  { effect: 'brightness', plan: 'brightness=1.2/f=webp' },
  { effect: 'contrast', plan: 'contrast=1.2/f=webp' },
  { effect: 'gamma', plan: 'gamma=1.5/f=webp' },
  { effect: 'saturation', plan: 'saturation=0.5/f=webp' },
  { effect: 'blur', plan: 'blur=20/f=webp' },
  { effect: 'sharpen', plan: 'sharpen=2/f=webp' },
  { effect: 'edges', plan: 'edges/f=webp' },
  { effect: 'pixelate', plan: 'pixelate,block=8/f=png' },
  { effect: 'pixelate', plan: 'pixelate,block=8,palette=auto/f=png' },
  { effect: 'pixelate', plan: 'pixelate,mode=reference/f=png' },
  { effect: 'hybrid', plan: 'hybrid,far=asset:bust.jpg,mode=reference,steps=10/f=webp' },
];

const quickPlans: readonly Plan[] = [{ effect: 'resize', plan: 'w=400/f=webp' }];
/** Quick runs look for the largest picture below this width. */
const QUICK_WIDEST = 1000;

export async function memory(effort: Effort): Promise<Outcome> {
  const outcome = effort.quick ? await measureQuickly(effort) : await measureAnew(effort);
  const missing = effects.filter(({ name }) => !plans.some(({ effect }) => effect === name));
  if (missing.length === 0) return outcome;
  const names = missing.map(({ name }) => `\`${name}\``).join(', ');
  return { ...outcome, notes: [...outcome.notes, `not measured: ${names}`] };
}

/** In a new Worker, because the search leaves its memories as they grew. */
async function measureAnew(effort: Effort): Promise<Outcome> {
  const found = await withInspected(({ fetch }) => searchAll(fetch, { wanted: plans }));
  return withInspected((worker) => measureAll(worker, found, effort));
}

const measureQuickly = (effort: Effort): Promise<Outcome> =>
  withInspected(async (worker) => {
    const search = { wanted: quickPlans, widest: QUICK_WIDEST };
    return measureAll(worker, await searchAll(worker.fetch, search), effort);
  });

type Found = Plan & { width: number; height: number; picture: Uint8Array };
/** The largest picture that each plan accepts. */
async function searchAll(
  fetch: InspectedWorker['fetch'],
  { wanted, widest }: { wanted: readonly Plan[]; widest?: number },
): Promise<Found[]> {
  const found: Found[] = [];
  for (const plan of wanted) {
    const largest = await largestAccepted(send(fetch), `/t/${plan.plan}`, {
      format: plan.source ?? 'jpeg',
      ...(widest !== undefined && { widest }),
    });
    if (!largest) throw new Error(`${plan.plan}: no picture is small enough`);
    found.push({ ...plan, ...largest });
  }
  return found;
}

async function measureAll(
  worker: InspectedWorker,
  found: readonly Found[],
  { quick, first }: Effort,
): Promise<Outcome> {
  const inFlight = quick ? QUICK_IN_FLIGHT : IN_FLIGHT;
  const ask = send(worker.fetch);
  await (await worker.fetch('/health')).arrayBuffer();
  const idle = worker.resident();
  const rows: (string | number)[][] = [];
  const highest = { isolate: 0, resident: 0 };
  const note = (name: string, answers: string, live: Peak, usual: Peak): void => {
    const isolate = (peak: Peak) => (peak.script + peak.wasm) / MIB;
    const above = (Math.max(live.resident, usual.resident) - idle) / MIB;
    const figures = [live.script / MIB, usual.wasm / MIB, isolate(live), isolate(usual), above];
    rows.push([name, answers, ...figures.map(rounded)]);
    highest.isolate = Math.max(highest.isolate, isolate(live));
    highest.resident = Math.max(highest.resident, above);
  };
  /** Does the work twice: as V8 collects garbage by itself, and with a collection before each sample. */
  const measure = async (name: string, work: () => Promise<string>): Promise<void> => {
    const usual = await worker.watch(work, false);
    const live = await worker.watch(work, true);
    note(name, usual.result, live.peak, usual.peak);
  };
  const nothing = await worker.watch(async () => undefined, true);
  note('nothing', '', nothing.peak, nothing.peak);

  for (const { plan, width, height, source = 'jpeg', picture } of found) {
    await measure(`${plan} of ${source} ${width}×${height}`, async () => {
      const response = await ask(`/t/${plan}`, picture);
      if (await isTooLarge(response)) throw new Error(`${plan}: refused after being accepted`);
      return String(response.status);
    });
  }
  for (const [name, requests] of first(1, Object.entries(await mixes(found, inFlight)))) {
    await measure(`${inFlight} in flight, ${name}`, () => askAll(ask, requests));
  }
  return {
    tables: [
      {
        title: 'Peak memory of one isolate that answers all of these in turn, MiB',
        columns: ['', 'answer', 'script', 'WASM', 'isolate', 'with garbage', 'resident above idle'],
        rows,
      },
    ],
    targets: [
      atMost('isolate: script and WASM, live', LIMIT_MIB, highest.isolate, 'MiB'),
      atMost('resident memory above the idle process', LIMIT_MIB, highest.resident, 'MiB'),
    ],
    notes: [
      'script: JavaScript objects and array buffers, with garbage collected before each sample; WASM: all live memories; with garbage: script and WASM without forced collections',
      `the idle process has ${rounded(idle / MIB)} MiB, which is the runtime`,
      'reset: the connection was closed while the client was still sending its picture',
      'samples are taken as often as the isolate answers, at most every 20 ms; the peak of the resident memory comes from the kernel',
    ],
  };
}

async function mixes(
  found: readonly Found[],
  inFlight: number,
): Promise<Record<string, Request[]>> {
  const middle = await pictureOf(800, 'jpeg');
  const list = (requestAt: (i: number) => Request) =>
    Array.from({ length: inFlight }, (_, i) => requestAt(i));
  return {
    'one of each plan at 800×600': list((i) => ({
      plan: found[i % found.length]!.plan,
      picture: middle,
    })),
    'one of each plan at its largest': list((i) => found[i % found.length]!),
    'all the largest hybrid': list(() => found.findLast((f) => f.effect === 'hybrid')!),
  };
}
