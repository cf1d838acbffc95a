// `npm run fuzz -- --seconds 600 --seed 7`: runs the fuzzer; `--target <name> --round <n>` repeats one round.
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadCodecs } from '../test/helpers/services/codec-modules.ts';
import { fileTargets } from '../test/hostile/fuzz/files.ts';
import { inputOf, printReport, runFuzz, tryInput } from '../test/hostile/fuzz/fuzz.ts';
import { requestTargets } from '../test/hostile/fuzz/requests.ts';
import { textTargets } from '../test/hostile/fuzz/texts.ts';
import { readArguments } from './command-line.ts';

const USAGE = `usage: npm run fuzz -- [options]
  --seconds <number>  how long (60)
  --seed <number>     of the changes to inputs; printed at the end
  --target <name>     one parser alone
  --round <number>    repeats this round of the target`;

const { values } = readArguments(USAGE, {
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    target: { type: 'string' },
    round: { type: 'string' },
  },
});

await setBackend('cpu');
const codecs = await loadCodecs();
const all = [...(await fileTargets(codecs)), ...textTargets(), ...(await requestTargets(codecs))];
const targets = all.filter(({ name }) => values.target === undefined || name === values.target);
const seed = Number(values.seed);
const [only] = targets;
if (!only)
  throw new Error(
    `--target: expected one of ${all.map(({ name }) => name).join(', ')}, got ${values.target}`,
  );

if (values.round !== undefined) {
  const bytes = inputOf(only, seed, Number(values.round));
  console.log(Buffer.from(bytes).toString('base64'));
  console.log(await tryInput(only, bytes));
} else {
  const report = await runFuzz(targets, { seed, seconds: Number(values.seconds) });
  printReport(report, seed);
  console.log(`seed ${seed}: ${report.findings.length} findings`);
  process.exitCode = report.findings.length > 0 ? 1 : 0;
}
