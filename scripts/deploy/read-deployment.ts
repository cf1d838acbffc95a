// What is about to be deployed: the Worker of a configuration file, its settings as far as they are known, and its addresses.
import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { unstable_readConfig as readWranglerConfig } from 'wrangler';
import { variables } from '../../src/config.ts';

export type Deployment = {
  name: string;
  /** Variables, secrets and the names of bindings, as the Worker will see them. */
  env: Readonly<Record<string, unknown>>;
  /** Names of the secrets in the file of secrets. */
  secrets: readonly string[];
  /** The bucket of jobs; undefined without jobs. */
  jobBucket: string | undefined;
  /** Where the Worker can be reached; empty if it has no public address. */
  addresses: readonly string[];
};

export type DeploymentFiles = {
  /** Path of the configuration file. */
  config: string;
  /** Name of an environment in it; undefined for the Worker at its top level. */
  environment: string | undefined;
  /** Path of a file of secrets, as `NAME=value` lines or JSON. */
  secretsFile: string | undefined;
  /** Domain that is given beside the configuration. */
  domain: string | undefined;
};

/** The part of wrangler's configuration that is read here. */
type WorkerConfig = {
  name?: string | undefined;
  vars: Record<string, unknown>;
  secrets?: { required?: string[] } | undefined;
  r2_buckets: { binding: string; bucket_name?: string | undefined }[];
  workflows: { binding: string }[];
  durable_objects: { bindings: { name: string }[] };
  ratelimits: { name: string }[];
  route?: Route | undefined;
  routes?: Route[] | undefined;
  workers_dev?: boolean | undefined;
};

type Route = string | { pattern: string };

/**
 * Values for required secrets that are not in the file, because they are in the account since an earlier deployment; wrangler checks that.
 * They have the form of real ones.
 */
const STORED_SECRETS: Readonly<Record<string, string>> = {
  SIGNING_KEYS: '00:00',
  GPU_SECRET: 'stored in the account',
};

/** Variables that must not be in a configuration file. */
const SECRETS = Object.entries(variables)
  .filter(([, one]) => 'secret' in one)
  .map(([name]) => name);

/** Reads the files. Throws `Error` if one is missing, is not valid, or has a secret that it should not have. */
export async function readDeployment(files: DeploymentFiles): Promise<Deployment> {
  const { config: path, environment, secretsFile, domain } = files;
  const config: WorkerConfig = readWranglerConfig(
    { config: path, env: environment ?? '' },
    { hideWarnings: true },
  );
  const { name, vars, secrets, r2_buckets: buckets } = config;
  if (!name) throw new Error(`${path}: expected a name of the Worker`);
  const open = SECRETS.find((one) => one in vars);
  if (open !== undefined) {
    throw new Error(
      `${open}: expected it in the file of secrets, got it under [vars] of ${path}, which is no place for a secret`,
    );
  }
  const given = secretsFile === undefined ? {} : await readSecrets(secretsFile);
  const required = Object.fromEntries(
    (secrets?.required ?? []).map((one) => [one, STORED_SECRETS[one] ?? '']),
  );
  const bindings = [
    ...[...buckets, ...config.workflows].map(({ binding }) => binding),
    ...[...config.durable_objects.bindings, ...config.ratelimits].map((one) => one.name),
  ];
  const routes = [...(config.routes ?? []), ...(config.route ? [config.route] : [])];
  return {
    name,
    env: {
      ...Object.fromEntries(bindings.map((one) => [one, true])),
      ...vars,
      ...required,
      ...given,
    },
    secrets: Object.keys(given),
    jobBucket: buckets.find(({ binding }) => binding === 'JOB_BLOBS')?.bucket_name,
    addresses: [
      ...(domain === undefined ? [] : [domain]),
      ...routes.map((route) => (typeof route === 'string' ? route : route.pattern)),
      ...(config.workers_dev ? [`${name}.<your subdomain>.workers.dev`] : []),
    ],
  };
}

/** Reads a file of secrets: JSON, or lines of `NAME=value`. Throws `Error` with the path if it is neither. */
async function readSecrets(path: string): Promise<Record<string, string>> {
  const text = await readFile(path, 'utf8');
  if (!text.trimStart().startsWith('{')) return parseEnv(text) as Record<string, string>;
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch (cause) {
    throw new Error(`${path}: expected JSON or lines of NAME=value`, { cause });
  }
}
