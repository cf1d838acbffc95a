// `npm run deploy`: checks the configuration with the service's own rules, publishes the models, and deploys the Worker with wrangler.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../src/edge/settings.ts';
import { effects } from '../src/effects/index.ts';
import { planRules } from '../src/http/catalogue/presets.ts';
import { readArguments } from './command-line.ts';
import { explain } from './deploy/explain.ts';
import { type Deployment, readDeployment } from './deploy/read-deployment.ts';
import { ensurePage } from './page.ts';
import { ensureSite } from './site.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');

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

/** Longest time for one command of wrangler, in milliseconds. */
const TIMEOUT_MS = 15 * 60_000;

type Done = { code: number | null; output: string };

/** Deploys by the arguments of the process. Returns the exit code. Throws `Error` for what is wrong before anything is deployed. */
async function deploy(): Promise<number> {
  const { values } = readArguments(USAGE, { options: OPTIONS });
  const config = join(root, values.jobs ? 'wrangler.jobs.toml' : 'wrangler.toml');
  const secretsFile = values['secrets-file'] && resolve(values['secrets-file']);
  const files = { config, environment: values.env, secretsFile };
  const deployment = await readDeployment({ ...files, domain: values.domain });
  planRules(readSettings(deployment.env), effects);
  console.log(
    `Deploying ${deployment.name}. It needs the Workers Paid plan${values.jobs ? ' and R2' : ''}; the free plan has too little CPU time.`,
  );
  const where = ['--config', config, '--env', values.env ?? ''];
  const dry = values['dry-run'];
  if (values.jobs && !dry && !(await exists(where, deployment))) {
    const first = ['npm run deploy', ...(values.env ? [`-- --env ${values.env}`] : [])].join(' ');
    throw new Error(
      `${deployment.name} does not exist in this account yet. Deploy it without jobs first (${first}): that shows whether the plan is enough before buckets are made.`,
    );
  }
  await Promise.all([ensurePage(), ensureSite({ report: console.log })]);
  const published = await run([join(root, 'scripts/models/publish-models.ts')], deployment);
  if (published.code !== 0) return 1;
  const { code, output } = await run(
    [
      wrangler,
      ...['deploy', '--minify', '--strict', ...where],
      ...(files.secretsFile ? ['--secrets-file', files.secretsFile] : []),
      ...(values.domain ? ['--domain', values.domain] : []),
      ...(dry ? ['--dry-run'] : []),
    ],
    deployment,
  );
  if (code !== 0) {
    const explanation = explain(output);
    if (explanation) console.error(`\n${explanation}`);
    return 1;
  }
  return dry ? 0 : finish(deployment, where);
}

/** What follows a deployment: the rules of the bucket, and the address. */
async function finish(deployment: Deployment, where: readonly string[]): Promise<number> {
  const { addresses, jobBucket, name } = deployment;
  if (jobBucket) {
    const rules = join(root, 'scripts/deploy/lifecycle.json');
    const set = ['r2', 'bucket', 'lifecycle', 'set', jobBucket, '--file', rules, '--force'];
    const { code } = await run([wrangler, ...set, ...where], deployment);
    if (code !== 0) {
      console.error(`\nThe Worker is deployed, but old files in ${jobBucket} will not be deleted.`);
      return 1;
    }
  }
  console.log(
    addresses.length > 0
      ? `\n${name} is at ${addresses.join(', ')}. To look at it from outside: npm run doctor -- https://${addresses[0]}`
      : `\n${name} is deployed. Its configuration names no public address; a domain of an earlier deployment stays. To give it your domain: npm run deploy -- --domain img.example.com (a host of a zone in this account), or routes in the configuration. To try it at workers.dev, deploy the staging environment: npm run deploy -- --env staging`,
  );
  return 0;
}

/** Whether the Worker is in the account. */
async function exists(where: readonly string[], deployment: Deployment): Promise<boolean> {
  const list = [wrangler, 'deployments', 'list', '--json', '--name', deployment.name, ...where];
  const { code, output } = await run(list, deployment, { quiet: true });
  if (code === 0) return /"id"/.test(output);
  if (/\b(?:10007|10090)\b/.test(output)) return false;
  throw new Error(`wrangler could not ask the account:\n${output}`);
}

/** Runs a script on this Node; shows what it prints unless `quiet`. Variables that a file of secrets sets are taken from the file alone. */
async function run(
  args: readonly string[],
  { secrets }: Pick<Deployment, 'secrets'>,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<Done> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !secrets.includes(name)),
  );
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { WRANGLER_SEND_METRICS: 'false', ...env },
    stdio: ['inherit', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let output = '';
  for (const [stream, shown] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream.on('data', (piece: Buffer) => {
      output += piece;
      if (!quiet) shown.write(piece);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

try {
  process.exitCode = await deploy();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
