// The catalogue of effects, from which the page is made.
import type { CatalogEntry, offered } from '../http/catalogue/catalogue.ts';

export type Entry = CatalogEntry;
export type Schema = Entry['parameters']['properties'][string];

/** The catalogue as the page uses it. */
export type Catalogue = {
  /** Steps that can be added, in the order of the service: options of one segment work in this order. */
  entries: readonly Entry[];
  /** Format and quality of the answer. */
  output: Entry | undefined;
  /** The entry with this name. */
  entry: (name: string) => Entry | undefined;
  /** The entry of options and the name of the parameter that a key of an option segment means. */
  option: (key: string) => { entry: Entry; param: string } | undefined;
  /** Names of the sample pictures that examples use. */
  samples: readonly string[];
  service: Offered['service'];
};

const PRESET = 'preset';

type Offered = ReturnType<typeof offered>;

/** Makes the catalogue of what `GET /v1/effects` offers. Presets become one more entry. */
export function catalogueOf({ effects, presets, service }: Offered): Catalogue {
  const all = [...effects, ...(presets ? [presetEntry(presets.map(({ name }) => name))] : [])];
  const byName = new Map(all.map((entry) => [entry.name, entry]));
  const byOption = new Map(
    all
      .filter(({ segment }) => segment === 'options')
      .flatMap((entry) => {
        const names = Object.keys(entry.parameters.properties).map((param) => [param, param]);
        return [...Object.entries(entry.aliases), ...names].map(
          ([key, param]) => [key!, { entry, param: param! }] as const,
        );
      }),
  );
  return {
    entries: all.filter(({ name }) => name !== 'output'),
    output: byName.get('output'),
    entry: (name) => byName.get(name),
    option: (key) => byOption.get(key),
    samples: samplesOf(effects),
    service,
  };
}

/** Names of sample pictures in the examples, the most used first. */
function samplesOf(entries: readonly Entry[]): string[] {
  const counts = new Map<string, number>();
  for (const url of entries.flatMap(({ examples }) => examples)) {
    for (const [, name] of url.matchAll(/asset:([\w.-]+)/g)) {
      counts.set(name!, (counts.get(name!) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

const presetEntry = (names: string[]): Entry => ({
  name: PRESET,
  summary: 'A plan that this service has named.',
  segment: 'options',
  parameters: {
    type: 'object',
    properties: { p: { type: 'string', enum: names, description: 'Name of the preset.' } },
    required: ['p'],
    additionalProperties: false,
  },
  aliases: {},
  inputs: [],
  example: '',
  examples: [],
  previews: {},
  jobs: {},
});

/** Asks the service for its catalogue. Throws if it does not answer within `timeoutMs`. */
export async function fetchCatalogue(timeoutMs = 20_000): Promise<Catalogue> {
  const response = await fetch('/v1/effects', { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`the catalogue was answered with status ${response.status}`);
  return catalogueOf((await response.json()) as Offered);
}

/** The schema of a parameter of an effect. */
export const schemaOf = (entry: Entry, param: string): Schema | undefined =>
  entry.parameters.properties[param];
