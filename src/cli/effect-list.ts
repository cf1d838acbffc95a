// `tessera effects`: lists the effects, or the parameters of one, from their declarations.
import type { Effect } from '../effects/effect.ts';
import { effects } from '../effects/index.ts';
import { expectationOf, schemasOf } from '../plan/schema.ts';
import { wrongUsage } from './failure.ts';

/** All effects with their summaries, or one with its parameters and examples. Throws for an unknown name. */
export function effectList(name: string | undefined): string {
  if (name !== undefined) return described(named(name));
  const width = Math.max(...effects.map((effect) => effect.name.length));
  const lines = effects.map(({ name: each, summary }) => `${each.padEnd(width)}  ${summary}`);
  return [...lines, '', 'tessera effects <name> lists the parameters of one'].join('\n');
}

function named(name: string): Effect {
  const effect = effects.find((each) => each.name === name);
  if (effect) return effect;
  const names = effects.map((each) => each.name).join(', ');
  throw wrongUsage(`effects: expected one of ${names}, got ${JSON.stringify(name)}`);
}

function described({ name, segment, summary, params, examples }: Effect): string {
  const lines = Object.entries(schemasOf(params)).map(([param, schema]) => {
    const { default: usual, description } = schema;
    const fallback = usual === undefined ? '' : ` (default: ${usual})`;
    const file = schema.format?.startsWith('source')
      ? `, or a file by --input ${param}=<file>`
      : '';
    const expected = `${expectationOf(schema)}${schema.unit ? ` ${schema.unit}` : ''}${file}`;
    return `  ${param}: ${expected}${fallback}${description ? `\n      ${description}` : ''}`;
  });
  const how =
    segment === 'options' ? 'an option list, such as w=128,h=96' : `${name},<parameter>=<value>`;
  return [
    `${name}: ${summary}`,
    `written as ${how}`,
    ...lines,
    ...(examples.length > 0 ? ['examples:'] : []),
    ...examples.map(({ plan, source }) => `  tessera '${plan}' asset:${source} out.png`),
  ].join('\n');
}
