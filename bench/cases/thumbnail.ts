// Thumbnails of phone photos: time and memory against sharp (behind IPX) and against jSquash's full decode.
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
const MEGAPIXELS = {
  '0.3': [640, 480],
  '1': [1152, 864],
  '3': [2048, 1536],
  '12': [4000, 3000],
  '24': [6000, 4000],
} as const;
/** What jSquash takes for a 24-megapixel picture is beyond any isolate; it is not asked. */
const JSQUASH_MOST = 12;

type Kind = { name: string; megapixels: number; bytes: Uint8Array };

export async function thumbnail(rounds: (n: number) => number): Promise<Outcome> {
  const kinds: Kind[] = [];
  for (const [megapixels, [width, height]] of Object.entries(MEGAPIXELS)) {
    const add = async (what: string, options = {}): Promise<void> => {
      const bytes = await largePhoto(width, height, options);
      kinds.push({ name: `${megapixels} MP${what}`, megapixels: Number(megapixels), bytes });
    };
    await add('');
    if (Number(megapixels) < 12) continue;
    await add(', progressive', { progressive: true });
    await add(', 4:4:4', { chromaSubsampling: '4:4:4' });
    await add(', 4:4:4, progressive', { chromaSubsampling: '4:4:4', progressive: true });
  }
  kinds.push({ name: '100 MP', megapixels: 100, bytes: await largePhoto(10_000, 10_000) });

  kinds.sort((a, b) => a.megapixels - b.megapixels);
  const files = Object.fromEntries(kinds.map(({ name, bytes }) => [name, bytes]));
  return withThumbnailServices(files, async (services) => {
    const memory = await memoryTable(kinds, services);
    const samples: Record<string, number[]> = {};
    const idle = await interleave(
      rounds(25),
      Object.fromEntries(services.map((s) => [s.name, s.roundTrip])),
    );
    for (const [name, values] of Object.entries(idle)) samples[`round trip: ${name}`] = values;
    const ratios: Record<string, number> = {};
    const tables: Table[] = [];
    for (const format of ['webp', 'jpeg'] as const) {
      const rows: (string | number)[][] = [];
      for (const kind of kinds) {
        const asked = services.filter(
          (s) => s.name !== 'jSquash' || kind.megapixels <= JSQUASH_MOST,
        );
        const times = await interleave(
          rounds(kind.megapixels > 12 ? 9 : 15),
          Object.fromEntries(asked.map((s) => [s.name, () => s.ask(kind.name, format)])),
        );
        const ms = (name: string): number =>
          median(times[name] ?? [Number.NaN]) - median(idle[name] as number[]);
        ratios[`${kind.name}, ${format}`] = ms('Tessera') / ms('sharp');
        rows.push([
          `${kind.name} (${rounded(kind.bytes.length / 1e6)} MB)`,
          ...services.map(({ name }) => (times[name] ? rounded(ms(name)) : '–')),
          rounded(ms('Tessera') / ms('sharp')),
        ]);
        for (const [name, values] of Object.entries(times))
          samples[`${kind.name}, ${format}: ${name}`] = values;
      }
      tables.push({
        title: `128×96 ${format}, ms a request above an empty one`,
        columns: ['', ...services.map(({ name }) => name), 'Tessera / sharp'],
        rows,
      });
    }
    return {
      tables: [mediansTable('An empty request', 'ms', idle), ...tables, memory.table],
      targets: [
        ...(['webp', 'jpeg'] as const).map((format) =>
          atMost(
            `12 MP to ${format} against sharp`,
            1.5,
            ratios[`12 MP, ${format}`] as number,
            '×',
          ),
        ),
        atMost('12 MP, resident above idle', 40, memory.above['12 MP'] as number, 'MiB'),
        atMost('24 MP, resident above idle', 128, memory.above['24 MP'] as number, 'MiB'),
        atMost('100 MP, resident above idle', 128, memory.above['100 MP'] as number, 'MiB'),
      ],
      notes: [
        'an empty request asks for `/health`: between client and Worker there is wrangler’s proxy, which a deployed Worker does not have; its time is subtracted, and so is that of the other two servers',
        'Tessera fetches its source from a server on the loopback, jSquash gets it as the body of the request, IPX reads it from disk; sharp may use both cores',
        'resident memory above idle: the most that the process had during three requests, above what it had after three small ones; measured smallest first, so that what a larger one left behind helps none',
      ],
      samples,
    };
  });
}

async function memoryTable(kinds: readonly Kind[], services: readonly Service[]) {
  const above: Record<string, number> = {};
  const rows: (string | number)[][] = [];
  // What has been asked before is in it: idle is a process that has worked already.
  const idle = new Map<string, number>();
  for (const service of services) {
    for (let i = 0; i < 3; i++) await service.ask((kinds[0] as Kind).name, 'webp');
    idle.set(service.name, resident(service.pids(), 'VmRSS'));
  }
  for (const kind of kinds) {
    const cells: (string | number)[] = [];
    for (const service of services) {
      if (service.name === 'jSquash' && kind.megapixels > JSQUASH_MOST) {
        cells.push('–');
        continue;
      }
      resetHighWater(service.pids());
      for (let i = 0; i < 3; i++) await service.ask(kind.name, 'webp');
      const most = (resident(service.pids(), 'VmHWM') - (idle.get(service.name) as number)) / MIB;
      if (service.name === 'Tessera') above[kind.name] = most;
      cells.push(rounded(most));
    }
    rows.push([kind.name, ...cells]);
  }
  const title = 'Resident memory above idle, MiB';
  return { above, table: { title, columns: ['', ...services.map((s) => s.name)], rows } };
}
