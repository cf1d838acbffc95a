// One deployment: checks the configuration, publishes the models, deploys the Worker with wrangler, and says where it is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSettings } from '../../src/edge/settings.ts';
import { effects } from '../../src/effects/index.ts';
import { planRules } from '../../src/http/catalogue/presets.ts';
import { ensurePage } from '../page.ts';
import { ensureSite } from '../site/site.ts';
import { explain } from './explain.ts';
import { type Deployment, readDeployment } from './read-deployment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');

/** What to deploy. */
export type Wanted = {
  /** Also buckets, jobs and GPU backends. */
  jobs: boolean;
  /** Check and build only. */
  dry?: boolean;
  /** An environment of the configuration file; undefined for the Worker at its top level. */
  environment?: string | undefined;
  /** Absolute path of a file of secrets. */
  secretsFile?: string | undefined;
  /** Host of a zone in the account. */
  domain?: string | undefined;
};

/** Environment of a deployment, and its output. */
export type Surroundings = {
  /** Environment of wrangler, which reads the account and its token there. */
  env: NodeJS.ProcessEnv;
  print: (text: string) => void;
  /** Prints what is wrong. */
  complain: (text: string) => void;
};

/** Longest time for one command of wrangler, in milliseconds. */
const TIMEOUT_MS = 15 * 60_000;

/** One deployment under way: the Worker, wrangler's options for it, and its surroundings. */
type Work = Surroundings & { deployment: Deployment; where: readonly string[] };

type Done = { code: number | null; output: string };

/** Deploys a Worker. Returns the exit code: 0 or, if wrangler refused something, 1. Throws `Error` for what is wrong before anything is deployed. */
export async function deployWorker(wanted: Wanted, surroundings: Surroundings): Promise<number> {
  const { jobs, dry = false, environment, secretsFile, domain } = wanted;
  const config = join(root, jobs ? 'wrangler.jobs.toml' : 'wrangler.toml');
  const deployment = await readDeployment({ config, environment, secretsFile, domain });
  planRules(readSettings(deployment.env), effects);
  surroundings.print(
    `Deploying ${deployment.name}. It needs the Workers Paid plan${jobs ? ' and R2' : ''}; the free plan has too little CPU time.\n`,
  );
  const where = ['--config', config, '--env', environment ?? ''];
  const work = { ...surroundings, deployment, where };
  if (jobs && !dry && !(await exists(work))) {
    const first = ['npm run deploy', ...(environment ? [`-- --env ${environment}`] : [])].join(' ');
    throw new Error(
      `${deployment.name} does not exist in this account yet. Deploy it without jobs first (${first}): that shows whether the plan is enough before buckets are made.`,
    );
  }
  const report = (line: string): void => surroundings.print(`${line}\n`);
  await Promise.all([ensurePage(), ensureSite({ report })]);
  const published = await run([join(root, 'scripts/models/publish-models.ts')], work);
  if (published.code !== 0) return 1;
  const { code, output } = await run(
    [
      wrangler,
      ...['deploy', '--minify', '--strict', ...where],
      ...(secretsFile ? ['--secrets-file', secretsFile] : []),
      ...(domain ? ['--domain', domain] : []),
      ...(dry ? ['--dry-run'] : []),
    ],
    work,
  );
  if (code !== 0) {
    const explanation = explain(output);
    if (explanation) surroundings.complain(`\n${explanation}\n`);
    return 1;
  }
  return dry ? 0 : finish(work);
}

/** What follows a deployment: the rules of the bucket, and the address. */
async function finish(work: Work): Promise<number> {
  const { addresses, jobBucket, name } = work.deployment;
  if (jobBucket) {
    const rules = join(root, 'scripts/deploy/lifecycle.json');
    const set = ['r2', 'bucket', 'lifecycle', 'set', jobBucket, '--file', rules, '--force'];
    const { code } = await run([wrangler, ...set, ...work.where], work);
    if (code !== 0) {
      work.complain(
        `\nThe Worker is deployed, but old files in ${jobBucket} will not be deleted.\n`,
      );
      return 1;
    }
  }
  work.print(
    addresses.length > 0
      ? `\n${name} is at ${addresses.join(', ')}. To look at it from outside: npm run doctor -- https://${addresses[0]}\n`
      : `\n${name} is deployed. Its configuration names no public address; a domain of an earlier deployment stays. To give it your domain: npm run deploy -- --domain img.example.com (a host of a zone in this account), or routes in the configuration. To try it at workers.dev, deploy the staging environment: npm run deploy -- --env staging\n`,
  );
  return 0;
}

/** True if the account has the Worker. */
async function exists(work: Work): Promise<boolean> {
  const { where, deployment } = work;
  const list = [wrangler, 'deployments', 'list', '--json', '--name', deployment.name, ...where];
  const { code, output } = await run(list, work, { quiet: true });
  if (code === 0) return /"id"/.test(output);
  if (/\b(?:10007|10090)\b/.test(output)) return false;
  throw new Error(`wrangler could not ask the account:\n${output}`);
}

/** Runs a script on this Node; shows what it prints unless `quiet`. Variables that a file of secrets sets are taken from the file alone. */
async function run(
  args: readonly string[],
  { env, deployment: { secrets }, print, complain }: Work,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<Done> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: {
      WRANGLER_SEND_METRICS: 'false',
      ...Object.fromEntries(Object.entries(env).filter(([name]) => !secrets.includes(name))),
    },
    stdio: ['inherit', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let output = '';
  for (const [stream, show] of [
    [child.stdout, print],
    [child.stderr, complain],
  ] as const) {
    stream.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      if (!quiet) show(piece);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
