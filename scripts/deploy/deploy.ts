// `npm run deploy`: checks the configuration with the service's own rules, publishes the models, and deploys the Worker with wrangler.
import { resolve } from 'node:path';
import { readArguments } from '../command-line.ts';
import { deployWorker } from './deploy-worker.ts';

const USAGE = `usage: npm run deploy -- [--jobs] [--env staging] [--secrets-file <file>] [--domain <host>] [--dry-run]
  --jobs          also buckets, jobs and GPU backends: wrangler.jobs.toml instead of wrangler.toml
  --env           an environment of that file, a Worker of its own
  --secrets-file  lines of NAME=value for SIGNING_KEYS, GPU_SECRET and other secrets; needed once
  --domain        serve at this host of a zone in your account
  --dry-run       check and build only`;

const OPTIONS = {
  jobs: { type: 'boolean', default: false },
  env: { type: 'string' },
  'secrets-file': { type: 'string' },
  domain: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

const { values } = readArguments(USAGE, { options: OPTIONS });
const { jobs, env: environment, 'secrets-file': secretsFile, domain, 'dry-run': dry } = values;
const wanted = { jobs, dry, environment, domain, secretsFile: secretsFile && resolve(secretsFile) };
try {
  process.exitCode = await deployWorker(wanted, {
    env: process.env,
    print: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
