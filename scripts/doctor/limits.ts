// Checks whether the limits hold: what is too long, too large or unknown is refused, with an error that no cache keeps.
import { type Finding, good, wrong } from './finding.ts';
import { type Instance, jsonOf } from './instance.ts';

type Limit = {
  name: string;
  path: (instance: Instance) => string;
  status: number;
  codes: readonly string[];
};

const LIMITS: readonly Limit[] = [
  {
    name: 'a URL of 20,000 characters',
    path: ({ pathOf }) => `${pathOf()}?${'a'.repeat(20_000)}`,
    status: 414,
    codes: ['uri_too_long'],
  },
  {
    name: 'an unknown effect',
    path: ({ pathOf }) => pathOf('doctor'),
    status: 400,
    codes: ['unknown_effect', 'bad_option'],
  },
  {
    name: 'a source of another host',
    path: ({ pathOf }) => pathOf().replace('asset:chess.jpg', 'https://doctor.invalid/a.jpg'),
    status: 403,
    codes: ['source_forbidden'],
  },
];

/** Answers that are refusals for a reason that comes first. */
const EARLIER = ['not_allowed'];

/** One finding for all. */
export async function checkLimits(instance: Instance): Promise<Finding> {
  for (const { name, path, status, codes } of LIMITS) {
    const answer = await instance.ask(await instance.sign(path(instance)));
    if (EARLIER.includes(answer.code)) continue;
    // A host in front may refuse a long URL itself.
    const refusedInFront = status === 414 && (answer.status === 414 || answer.status === 431);
    if (!refusedInFront && (answer.status !== status || !codes.includes(answer.code))) {
      return wrong('limits', `${name} answers ${answer.status} ${answer.code}`, MEND);
    }
    const stored = !/no-store/.test(answer.headers.get('cache-control') ?? '');
    if (!refusedInFront && (stored || jsonOf(answer).code !== answer.code)) {
      return wrong(
        'limits',
        `the error for ${name} is stored by caches, or has no document`,
        STORED,
      );
    }
  }
  return good('limits', 'what is too long, unknown or not allowed is refused');
}

const MEND =
  'If the source is allowed on purpose, ALLOWED_SOURCES is too wide: name hosts. Otherwise something in front answers in place of the instance.';
const STORED =
  'Something in front replaces error answers: turn off custom error pages for this host.';
