// The pictures of the site: rendered by the pipeline, and kept in `.cache/site` under the plan with its defaults, its files and the version.
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import manifest from '../../../models/manifest.json' with { type: 'json' };
import { readConfig } from '../../../src/config.ts';
import { digestOf } from '../../../src/crypto.ts';
import { effects } from '../../../src/effects/index.ts';
import { cacheKey } from '../../../src/http/caching.ts';
import { planRules } from '../../../src/http/catalogue/presets.ts';
import {
  readPath,
  readTransform,
  sourcesOf,
  type TransformRequest,
} from '../../../src/http/transform/url.ts';
import { formatPlan } from '../../../src/plan/grammar.ts';
import { isGpuOnly, modelsOf } from '../../../src/plan/plan.ts';
import { formatSource } from '../../../src/sources/source.ts';
import { writeWhole } from '../../models/write-whole.ts';
import { createPainter, type Painted, type Painter, readSample } from './painter.ts';

/** Folder that keeps rendered files between builds. */
const KEPT = fileURLToPath(new URL('../../../.cache/site/', import.meta.url));

/** Models whose weights the project brings along. */
const ownModels = new Set(
  manifest
    .filter(({ files }) => files.every((file) => 'committed' in file && file.committed))
    .map(({ name }) => name),
);

/** A rendered file; `name` is its file name in the site, from the digest of its bytes. `ms` is the estimate of its cost. */
export type Picture = Painted & { name: string };

export type Pictures = {
  /** The file that a transform URL answers; undefined if it needs a GPU backend or a model that is downloaded. Throws what a request would. */
  of: (url: string) => Promise<Picture | undefined>;
  /** Every file that was asked for, by its name. */
  files: ReadonlyMap<string, Uint8Array>;
  /** How many of them were rendered now. */
  painted: () => number;
};

const rules = planRules(readConfig({}), effects);

/** Reads a transform URL, with or without an origin. Throws what a request for it would. */
export const readUrl = (url: string): TransformRequest =>
  readTransform(readPath(new URL(url, 'http://site.invalid').href), rules, '');

/** Why a URL has no picture here: its steps run on a GPU backend alone, or need weights that are downloaded. */
export function requirementOf({ plan }: TransformRequest): 'gpu' | 'model' | undefined {
  if (plan.steps.some(isGpuOnly)) return 'gpu';
  return modelsOf(plan).every((name) => ownModels.has(name)) ? undefined : 'model';
}

export function createPictures(): Pictures {
  const files = new Map<string, Uint8Array>();
  const known = new Map<string, Picture>();
  let painter: Promise<Painter> | undefined;
  let painted = 0;
  async function paint(request: TransformRequest): Promise<Painted> {
    painter ??= createPainter();
    painted++;
    return (await painter)(request);
  }
  return {
    files,
    painted: () => painted,
    async of(url) {
      const before = known.get(url);
      if (before) return before;
      const request = readUrl(url);
      if (requirementOf(request)) return undefined;
      const key = await keyOf(request);
      const file = (await readKept(key)) ?? (await keep(key, await paint(request)));
      const digest = await digestOf(file.bytes);
      const picture = { ...file, name: `${digest.slice(0, 16)}.${file.extension}` };
      files.set(picture.name, picture.bytes);
      known.set(url, picture);
      return picture;
    },
  };
}

async function keyOf({ plan, source, further }: TransformRequest): Promise<string> {
  const named = new Map([...further].map(([text, each]) => [text, formatSource(each)]));
  const digests = sourcesOf({ source, further }).map(async (each) =>
    digestOf(await readSample(each)),
  );
  return cacheKey({
    plan: formatPlan(plan, named),
    sources: await Promise.all(digests),
    format: 'site',
  });
}

async function readKept(key: string): Promise<Painted | undefined> {
  try {
    const facts = JSON.parse(await readFile(`${KEPT}${key}.facts`, 'utf8'));
    return { ...facts, bytes: await readFile(`${KEPT}${key}.${facts.extension}`) };
  } catch {
    return undefined;
  }
}

async function keep(key: string, painted: Painted): Promise<Painted> {
  const { bytes, ...facts } = painted;
  await mkdir(KEPT, { recursive: true });
  await writeWhole(`${KEPT}${key}.${facts.extension}`, bytes);
  await writeWhole(`${KEPT}${key}.facts`, JSON.stringify(facts));
  return painted;
}
