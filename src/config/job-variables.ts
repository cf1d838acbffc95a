// Variables of jobs and of the backends that render them.
import { integer, variable } from './variable.ts';

export const jobVariables = {
  GPU_BACKENDS: variable({
    default: '',
    shown: 'the local one of `npm start`',
    describe:
      'Comma-separated addresses of GPU backends, which render what is too expensive for the edge: URLs, or `container:<number>` for containers of the Worker. If empty, such requests answer `backend_unavailable`. Outside development URLs must begin with `https:`, and `SIGNING_KEYS` must be set.',
    read: (text) => text,
  }),
  GPU_SECRET: variable({
    default: '',
    shown: 'as `GPU_BACKENDS`',
    describe:
      'The secret that the Worker shares with the backends, and from which ids and tokens of jobs are made: a text of at least 16 characters, or `id:hex,id:hex`, of which the first signs.',
    secret: true,
    read: (text) => text,
  }),
  GPU_HEADERS: variable({
    default: '',
    shown: 'empty',
    describe:
      'Headers that backends behind a login need, as JSON: `{"Authorization":"Bearer …"}` for all of them, or `{"https://gpu.example.com":{"CF-Access-Client-Id":"…"}}` for one.',
    secret: true,
    read: (text) => text,
  }),
  GPU_SECONDS_PER_DAY: variable<number | ''>({
    default: '',
    shown: '3600; 0 in development',
    describe:
      'How many seconds per day (UTC) the backends may render; 0 is no cap. After that, new jobs are refused until the next day.',
    read: integer(0, 1_000_000_000),
  }),
  IMAGES_PER_DAY: variable({
    default: 1000,
    describe:
      'How many pictures per day (UTC) the Images binding may decode, if there is one; 0: no cap. After that, what the isolate cannot decode is refused, or becomes a job, until the next day.',
    read: integer(0, 1_000_000_000),
  }),
  JOB_ATTEMPTS: variable({
    default: 5,
    describe: 'How often a job is attempted, each time on the next backend, before it fails.',
    read: integer(1, 100),
  }),
  JOB_RETRY_MS: variable({
    default: 5000,
    describe:
      'Pause before the second attempt, in milliseconds. It doubles with each further attempt, up to a minute.',
    read: integer(1, 60_000),
  }),
  JOB_QUEUE_MS: variable({
    default: 3_600_000,
    describe:
      'How long a job may wait while all backends are busy, in milliseconds. Waiting does not count as an attempt.',
    read: integer(1, 86_400_000),
  }),
  JOB_CONNECT_MS: variable({
    default: 30_000,
    describe: 'Time limit for a backend to receive a job and its pictures, in milliseconds.',
    read: integer(1, 600_000),
  }),
  JOB_BODY_BYTES: variable({
    default: 95_000_000,
    shown: '95 MB',
    describe:
      'Largest body of a request to a backend, in bytes; what is larger, such as a checkpoint, is sent in parts. Proxies have limits: Cloudflare lets 100 MB through, or 200 MB on the Business plan.',
    read: integer(2 ** 16, 2 ** 31),
  }),
  JOB_SILENCE_MS: variable({
    default: 30_000,
    describe: 'An attempt is lost after a backend was silent for this long, in milliseconds.',
    read: integer(1, 600_000),
  }),
  JOB_ATTEMPT_MS: variable({
    default: 7_200_000,
    describe: 'Time limit for one attempt, in milliseconds.',
    read: integer(1, 86_400_000),
  }),
  JOB_STEP_MS: variable({
    default: 600_000,
    describe:
      'How long one step of the Workflow of a job may take, in milliseconds. Longer attempts go on in the next step.',
    read: integer(1000, 3_600_000),
  }),
  JOB_WATCH_MS: variable({
    default: 15_000,
    describe:
      'After this time without a sign of life from the work on a job, for example because of a restart, the work is started again where it was, in milliseconds.',
    read: integer(100, 3_600_000),
  }),
} as const;
