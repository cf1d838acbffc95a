// Parses Prometheus' text format, and refuses everything that the format does not allow or that a scraper would drop.

export type ParsedFamily = {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
};

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const help = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\\\\\|\\\\n)*)$`);
const typed = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const sample = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const label = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|$)/;
const number = /^(?:[+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** The families by name, in their order. Throws on the first line that is wrong. */
export function parseExposition(text: string): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let current: { name: string; family: ParsedFamily } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, helped, words] = help.exec(line) ?? [];
    if (helped !== undefined) {
      if (families.has(helped)) fail('a second HELP');
      current = { name: helped, family: { type: '', help: words as string, samples: [] } };
      families.set(helped, current.family);
      continue;
    }
    const [, named, type] = typed.exec(line) ?? [];
    if (named !== undefined) {
      if (current?.name !== named || current.family.type !== '') fail('a TYPE out of place');
      (current as { family: ParsedFamily }).family.type = type as string;
      continue;
    }
    const [, name, labelText = '', value] = sample.exec(line) ?? fail('no sample');
    if (!current || current.family.type === '') return fail('a sample before its TYPE');
    const suffixes = current.family.type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
    if (!suffixes.some((suffix) => name === `${current?.name}${suffix}`)) fail('a foreign sample');
    if (!number.test(value as string)) fail('no number');
    const labels = labelsOf(labelText, fail);
    const series = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
    if (seen.has(series)) fail('a series twice');
    seen.add(series);
    const parsed = Number((value as string).replace('Inf', 'Infinity'));
    current.family.samples.push({ name: name as string, labels, value: parsed });
  }
  return families;
}

function labelsOf(text: string, fail: (why: string) => never): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== '') {
    const [all, name, value] = label.exec(rest) ?? fail('bad labels');
    if ((name as string) in labels) fail('a label twice');
    labels[name as string] = (value as string).replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
    rest = rest.slice((all as string).length);
  }
  return labels;
}
