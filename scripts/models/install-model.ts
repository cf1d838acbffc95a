// Installs one model: obtains its files, converts them, and writes the weights and their record, completely or not at all.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../src/crypto.ts';
import { type ModelEntry, sourceOf } from '../../src/models/manifest.ts';
import { writeSafetensors } from '../../src/models/safetensors.ts';
import { type ModelRecord, recordFile, weightsFile } from '../../src/models/store.ts';
import { type Converter, converters } from './convert/converters.ts';
import { type ObtainOptions, obtainFile } from './obtain-file.ts';
import { writeWhole } from './write-whole.ts';

export type InstallOptions = Omit<ObtainOptions, 'downloads'> & {
  /** Folder of installed models. */
  folder: string;
};

/** Installs `model`, replacing an earlier installation. Throws `AppError` if a file cannot be obtained, `Error` if it cannot be converted. */
export async function installModel(model: ModelEntry, options: InstallOptions): Promise<void> {
  const { folder, ...obtaining } = options;
  const convert = converterOf(model);
  const downloads = join(folder, 'downloads');
  const paths: string[] = [];
  for (const file of model.files) {
    paths.push(await obtainFile(file, { ...obtaining, downloads }));
  }
  const { tensors, dtype } = await convert(paths);
  const { name, licence, origin, input } = model;
  const metadata = { name, licence, origin, input, source: sourceOf(model) };
  const bytes = writeSafetensors(tensors, { metadata, dtype });
  const record: ModelRecord = {
    source: sourceOf(model),
    bytes: bytes.length,
    sha256: await digestOf(bytes),
  };
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, weightsFile(name)), bytes);
  // The record comes last, because it says that the weights are complete.
  await writeWhole(join(folder, recordFile(name)), `${JSON.stringify(record, undefined, 2)}\n`);
  for (const { mirrorPath } of model.files) await rm(join(downloads, mirrorPath), { force: true });
}

function converterOf({ name, conversion }: ModelEntry): Converter {
  const convert = converters[conversion];
  if (convert) return convert;
  const known = Object.keys(converters).join(', ');
  throw new Error(`${name}: conversion: expected one of ${known}, got "${conversion}"`);
}
