// What a failed deployment means, and what to do, from the codes in wrangler's output.

/** Codes of Cloudflare's API with their explanation. */
const EXPLANATIONS: readonly (readonly [code: string, explanation: string])[] = [
  [
    '100328',
    'This account has the free plan. Tessera needs the Workers Paid plan: a picture takes more than the 10 ms of CPU time that a request has on the free one. The Worker was not made.',
  ],
  [
    '10042',
    'R2 is not enabled in this account. Enable it in the dashboard (Storage & databases, R2; it asks for a payment method), and deploy again. Until then npm run deploy without --jobs serves pictures.',
  ],
  [
    '10136',
    'R2 is not enabled in this account. Enable it in the dashboard (Storage & databases, R2; it asks for a payment method), and deploy again. Until then npm run deploy without --jobs serves pictures.',
  ],
  [
    'required secrets have not been set',
    'Make a key with npm run sign -- --new-key, write it into a file that is not committed (SIGNING_KEYS=<key>:<salt>), and deploy with --secrets-file <file>. With --jobs the file also needs GPU_SECRET=<the secret of your backends>.',
  ],
  [
    'register a workers.dev subdomain',
    'Open Workers & Pages in the dashboard once: that registers the subdomain of your account at workers.dev.',
  ],
  [
    'Docker CLI is needed',
    'Containers are built on this machine, by Docker: install and start it, and deploy again. Without Docker, name an image of a registry under [[containers]], or take a backend elsewhere (docs/deploy.md).',
  ],
];

/** The explanation of wrangler's output, or undefined if there is none. */
export const explain = (output: string): string | undefined =>
  EXPLANATIONS.find(([code]) => output.includes(code))?.[1];
