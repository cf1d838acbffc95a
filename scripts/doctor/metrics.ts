// Checks that metrics can be read with the token and not without it.
import { type Finding, good, noted, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** One finding; `token` is METRICS_TOKEN of the environment. */
export async function checkMetrics(
  { ask, local }: Instance,
  token: string | undefined,
): Promise<Finding> {
  const open = await ask('/metrics');
  if (open.status === 200) {
    return local
      ? good('metrics', 'everybody may read them, which is right for development')
      : noted('metrics', 'everybody may read them (METRICS_TOKEN is public)');
  }
  if (!token) return good('metrics', 'nobody may read them without a token');
  const { status } = await ask('/metrics', { headers: { Authorization: `Bearer ${token}` } });
  return status === 200
    ? good('metrics', 'they can be read with the token only')
    : wrong('metrics', `with METRICS_TOKEN of this environment they answer ${status}`, MEND);
}

const MEND = 'Deploy with a file of secrets that has METRICS_TOKEN, the same as here.';
