// Thumbnails of phone photos: time and memory against sharp (behind IPX) and against jSquash, which decodes every pixel.
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import {
  atMost,
  median,
  mediansTable,
  type Outcome,
  rounded,
  type Table,
} from '../measure/report.ts';
import { resetHighWater, resident } from '../measure/resident.ts';
import { largePhoto } from '../pictures/photos.ts';
import { type Service, withThumbnailServices } from '../rivals/thumbnail-services.ts';

const MIB = 2 ** 20;
const sizes = [
  { megapixels: 0.3, width: 640, height: 480 },
  { megapixels: 1, width: 1152, height: 864 },
  { megapixels: 3, width: 2048, height: 1536 },
  { megapixels: 12, width: 4000, height: 3000 },
  { megapixels: 24, width: 6000, height: 4000 },
  { megapixels: 100, width: 10_000, height: 10_000 },
] as const;
/** The ways in which JPEG files of 12 megapixels are made. */
const variants = {
  '': {},
  ', progressive': { progressive: true },
  ', 4:4:4': { chromaSubsampling: '4:4:4' },
  ', 4:4:4, progressive': { chromaSubsampling: '4:4:4', progressive: true },
} as const;
/** For larger pictures jSquash needs more memory than an isolate has, so it is left out. */
const JSQUASH_MAX_MEGAPIXELS = 12;

type Kind = { name: string; megapixels: number; bytes: Uint8Array };

export async function thumbnail(effort: Effort): Promise<Outcome> {
  const kinds = await makeKinds(effort);
  const files = Object.fromEntries(kinds.map(({ name, bytes }) => [name, bytes]));
  return withThumbnailServices(files, async (services) => {
    const memory = await memoryTable(kinds, services);
    const idle = await interleave(
      effort.rounds(25),
      Object.fromEntries(services.map((s) => [s.name, s.roundTrip])),
    );
    const idleMs = (name: string): number => median(idle[name]!);
    const times = await timeTables(kinds, services, { effort, idleMs });
    return {
      tables: [mediansTable('An empty request', 'ms', idle), ...times.tables, memory.table],
      targets: effort.quick ? [] : targetsOf(times.ratios, memory.above),
      notes: [
        'an empty request asks for `/health`; between client and Worker there is wrangler’s proxy, which a deployed Worker does not have; the time of an empty request is subtracted for all three servers',
        'Tessera downloads its source from a server on the loopback, jSquash gets it as the body of the request, IPX reads it from disk; sharp may use both cores',
        'resident memory above idle: the highest memory of the process during three requests, minus its memory after three small ones; measured smallest picture first, so that no picture profits from memory that a larger one left',
      ],
    };
  });
}

async function makeKinds({ first }: Effort): Promise<Kind[]> {
  const kinds: Kind[] = [];
  for (const { megapixels, width, height } of first(1, sizes)) {
    const several = megapixels === 12;
    for (const [name, options] of Object.entries(several ? variants : { '': {} })) {
      const bytes = await largePhoto(width, height, options);
      kinds.push({ name: `${megapixels} MP${name}`, megapixels, bytes });
    }
  }
  return kinds;
}

/** Milliseconds above an empty request, and the ratio to sharp by kind and format. */
async function timeTables(
  kinds: readonly Kind[],
  services: readonly Service[],
  { effort, idleMs }: { effort: Effort; idleMs: (name: string) => number },
) {
  const ratios: Record<string, number> = {};
  const tables: Table[] = [];
  for (const format of ['webp', 'jpeg'] as const) {
    const rows: (string | number)[][] = [];
    for (const kind of kinds) {
      const asked = services.filter((service) => takes(service, kind));
      const times = await interleave(
        effort.rounds(kind.megapixels > 12 ? 5 : 9),
        Object.fromEntries(asked.map((s) => [s.name, () => s.ask(kind.name, format)])),
      );
      const ms = (name: string): number => median(times[name]!) - idleMs(name);
      const ratio = ms('Tessera') / ms('sharp');
      ratios[`${kind.name}, ${format}`] = ratio;
      rows.push([
        `${kind.name} (${rounded(kind.bytes.length / 1e6)} MB)`,
        ...services.map(({ name }) => (times[name] ? rounded(ms(name)) : '–')),
        rounded(ratio),
      ]);
    }
    tables.push({
      title: `128×96 ${format}, ms per request above an empty one`,
      columns: ['', ...services.map(({ name }) => name), 'Tessera / sharp'],
      rows,
    });
  }
  return { tables, ratios };
}

const takes = (service: Service, kind: Kind): boolean =>
  service.name !== 'jSquash' || kind.megapixels <= JSQUASH_MAX_MEGAPIXELS;

const targetsOf = (ratios: Record<string, number>, above: Record<string, number>) => [
  atMost('12 MP to webp against sharp', 1.5, ratios['12 MP, webp']!, '×'),
  atMost('12 MP to jpeg against sharp', 1.5, ratios['12 MP, jpeg']!, '×'),
  atMost('12 MP, resident above idle', 40, above['12 MP']!, 'MiB'),
  atMost('24 MP, resident above idle', 128, above['24 MP']!, 'MiB'),
  atMost('100 MP, resident above idle', 128, above['100 MP']!, 'MiB'),
];

async function memoryTable(kinds: readonly Kind[], services: readonly Service[]) {
  const above: Record<string, number> = {};
  const rows: (string | number)[][] = [];
  // A process counts as idle after it has worked a little.
  const idle = new Map<string, number>();
  for (const service of services) {
    for (let i = 0; i < 3; i++) await service.ask(kinds[0]!.name, 'webp');
    idle.set(service.name, resident(service.pids(), 'VmRSS'));
  }
  for (const kind of kinds) {
    const cells: (string | number)[] = [];
    for (const service of services) {
      if (!takes(service, kind)) {
        cells.push('–');
        continue;
      }
      resetHighWater(service.pids());
      for (let i = 0; i < 3; i++) await service.ask(kind.name, 'webp');
      const most = (resident(service.pids(), 'VmHWM') - idle.get(service.name)!) / MIB;
      if (service.name === 'Tessera') above[kind.name] = most;
      cells.push(rounded(most));
    }
    rows.push([kind.name, ...cells]);
  }
  const title = 'Resident memory above idle, MiB';
  return { above, table: { title, columns: ['', ...services.map((s) => s.name)], rows } };
}
