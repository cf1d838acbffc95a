// The isolate's memory, measured from outside, while it works on the largest pictures that it accepts, and on 20 requests at once.
import { effects } from '../../src/effects/index.ts';
import { type InspectedWorker, type Peak, withInspected } from '../measure/inspector.ts';
import { atMost, type Outcome, rounded } from '../measure/report.ts';
import { isTooLarge, largestAccepted, pictureOf } from '../stages/largest.ts';

const MIB = 2 ** 20;
/** Of an isolate's 128 MB; the rest is for what cannot be seen: code, stacks, the platform's own buffers. */
const LIMIT_MIB = 112;
const IN_FLIGHT = 20;

type Plan = { effect: string; plan: string; source?: 'jpeg' | 'png' };

/** For every effect what takes it most, and every output format. */
const plans: readonly Plan[] = [
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
  { effect: 'hybrid', plan: 'hybrid,far=asset:bust.jpg/f=webp' },
  { effect: 'hybrid', plan: 'hybrid,far=asset:bust.jpg,mode=reference,steps=10/f=webp' },
];

export async function memory(): Promise<Outcome> {
  const missing = effects.filter(({ name }) => !plans.some(({ effect }) => effect === name));
  if (missing.length > 0) throw new Error(`no plan for ${missing.map((e) => e.name).join(', ')}`);
  const found = await withInspected(({ fetch }) => searchAll(fetch));
  return withInspected((worker) => measureAll(worker, found));
}

type Found = Plan & { width: number; height: number; picture: Uint8Array };

const send =
  (fetch: InspectedWorker['fetch']) =>
  (path: string, picture: Uint8Array): Promise<Response> => {
    const type = picture[0] === 0x89 ? 'image/png' : 'image/jpeg';
    const body = picture as Uint8Array<ArrayBuffer>;
    return fetch(path, { method: 'POST', body, headers: { 'Content-Type': type } });
  };

async function searchAll(fetch: InspectedWorker['fetch']): Promise<Found[]> {
  const found: Found[] = [];
  for (const plan of plans) {
    const largest = await largestAccepted(send(fetch), `/t/${plan.plan}`, plan.source ?? 'jpeg');
    if (!largest) throw new Error(`${plan.plan}: no picture is small enough`);
    found.push({ ...plan, ...largest });
  }
  return found;
}

async function measureAll(worker: InspectedWorker, found: readonly Found[]): Promise<Outcome> {
  const ask = send(worker.fetch);
  await (await worker.fetch('/health')).arrayBuffer();
  const idle = worker.resident();
  const rows: (string | number)[][] = [];
  const samples: Record<string, number[]> = {};
  const note = (name: string, answers: string, live: Peak, usual: Peak): void => {
    const isolate = (peak: Peak) => (peak.script + peak.wasm) / MIB;
    const above = (Math.max(live.resident, usual.resident) - idle) / MIB;
    const figures = [live.script / MIB, usual.wasm / MIB, isolate(live), isolate(usual), above];
    rows.push([name, answers, ...figures.map(rounded)]);
    samples[name] = figures;
  };
  const nothing = await worker.watch(async () => undefined, true);
  note('nothing', '', nothing.peak, nothing.peak);

  for (const { plan, width, height, source = 'jpeg', picture } of found) {
    const request = async (): Promise<string> => {
      const response = await ask(`/t/${plan}`, picture);
      if (await isTooLarge(response)) throw new Error(`${plan}: refused after being accepted`);
      return String(response.status);
    };
    const usual = await worker.watch(request, false);
    const live = await worker.watch(request, true);
    note(`${plan} of ${source} ${width}×${height}`, usual.result, live.peak, usual.peak);
  }

  const mixed = await mix(found);
  for (const [name, requests] of Object.entries(mixed)) {
    const all = async (): Promise<string> => {
      const answers = await Promise.all(
        requests.map(async ({ plan, picture }) => {
          const response = await ask(`/t/${plan}`, picture);
          await isTooLarge(response);
          return response.status;
        }),
      );
      const statuses = [...new Set(answers)].sort();
      return statuses.map((s) => `${answers.filter((a) => a === s).length} × ${s}`).join(', ');
    };
    const usual = await worker.watch(all, false);
    const live = await worker.watch(all, true);
    note(`${IN_FLIGHT} in flight, ${name}`, usual.result, live.peak, usual.peak);
  }
  const worst = (index: number): number =>
    Math.max(...Object.values(samples).map((figures) => figures[index] as number));
  return {
    tables: [
      {
        title: 'Peak memory of one isolate that answers all of these in turn, MiB',
        columns: ['', 'answer', 'script', 'WASM', 'isolate', 'with garbage', 'resident above idle'],
        rows,
      },
    ],
    targets: [
      atMost('isolate: script and WASM, live', LIMIT_MIB, worst(2), 'MiB'),
      atMost('resident memory above the idle process', LIMIT_MIB, worst(4), 'MiB'),
    ],
    notes: [
      'script: JavaScript objects and array buffers, garbage collected before each sample; WASM: all live memories; with garbage: the same without collecting, as V8 leaves it where nothing presses',
      `the idle process has ${rounded(idle / MIB)} MiB, which are the runtime`,
      'samples are taken as often as the isolate answers, at most every 20 ms; the resident peak is the kernel’s',
    ],
    samples,
  };
}

async function mix(
  found: readonly Found[],
): Promise<Record<string, { plan: string; picture: Uint8Array }[]>> {
  const middle = await pictureOf(800, 'jpeg');
  const list = (from: (i: number) => { plan: string; picture: Uint8Array }) =>
    Array.from({ length: IN_FLIGHT }, (_, i) => from(i));
  return {
    'one of each plan at 800×600': list((i) => ({
      plan: (found[i % found.length] as Found).plan,
      picture: middle,
    })),
    'one of each plan at its largest': list((i) => found[i % found.length] as Found),
    'all the largest hybrid': list(() => found.findLast((f) => f.effect === 'hybrid') as Found),
  };
}
