// The outcome of a hostile file from the service's answer: a checked picture, or a code.
import { probe } from '../../src/codecs/probe/probe.ts';
import type { CorpusFile } from './corpus/corpus.ts';

export type Verdict = {
  group: string;
  name: string;
  /** `picture`, the code of the problem, or a description of what is wrong with the answer. */
  outcome: string;
  ms: number;
};

type Answer = { status: number; headers: Headers; body: Uint8Array };

/** `picture` for a valid one as the file describes it, the code of a well-formed problem, else a text that is no allowed outcome. */
export function outcomeOf(file: CorpusFile, { status, headers, body }: Answer): string {
  if (status === 200) return pictureOf(file, body);
  const code = headers.get('x-error');
  if (code === null || headers.get('content-type') !== 'application/problem+json') {
    return `status ${status} without a problem`;
  }
  const problem = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
  const whole = problem.code === code && problem.status === status && status !== 500;
  return whole ? code : `status ${status} with a problem that does not agree: ${code}`;
}

function pictureOf({ size, without, format: asked = 'png' }: CorpusFile, body: Uint8Array): string {
  const { format, width, height } = probe(body);
  if (format !== asked) return `a picture in ${format}`;
  if (size && (size[0] !== width || size[1] !== height)) return `a picture of ${width}×${height}`;
  const text = Buffer.from(body).toString('latin1');
  return without !== undefined && text.includes(without) ? `a picture with ${without}` : 'picture';
}

/** Whether a file may have this outcome. */
export const isAllowed = ({ may }: CorpusFile, outcome: string): boolean =>
  (may as readonly string[]).includes(outcome);

/** A line for each verdict, in columns. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const group = Math.max(...verdicts.map((one) => one.group.length));
  const name = Math.max(...verdicts.map((one) => one.name.length));
  const outcome = Math.max(...verdicts.map((one) => one.outcome.length));
  return verdicts
    .map((one) =>
      [
        one.group.padEnd(group),
        one.name.padEnd(name),
        one.outcome.padEnd(outcome),
        `${one.ms.toFixed(0)} ms`.padStart(8),
      ].join('  '),
    )
    .join('\n');
}
