// A service with keys, and URLs and submits that are signed for it.
import { signUrl } from '../../../src/client/sign-url.ts';
import { digestOf } from '../../../src/crypto.ts';
import { parseSigningKeys, requestText, type SigningKey, signText } from '../../../src/signing.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { asOption, PICTURES } from '../../helpers/services/in-memory-service.ts';
import {
  createJobTestService,
  form,
  type JobTestService,
} from '../../helpers/services/job-service.ts';

const codecs = await loadCodecs();
export const KEYS = '0102:0304,aabbcc:ddeeff';
export const [first, second] = parseSigningKeys(KEYS) as [SigningKey, SigningKey];
export const [stranger] = parseSigningKeys('0103:0304') as [SigningKey];
export const ORIGIN = 'https://tessera.example';
export const source = `${PICTURES}content.png`;
export const plain = `/t/w=8/f=png/${source}`;

export async function signed(path: string, key = first, expires?: number): Promise<string> {
  const url = await signUrl(new URL(path, ORIGIN), { key, expires });
  return url.href.slice(ORIGIN.length);
}

export const start = (vars: Record<string, string> = { SIGNING_KEYS: KEYS }) =>
  createJobTestService(codecs, { vars });
export const refusal = async (answer: Response): Promise<unknown> => ({
  status: answer.status,
  ...((await answer.json()) as { code: string }),
});
export const BAD = { status: 403, code: 'bad_signature' };
export const expiredAt = (service: JobTestService): number => service.clock.now / 1000;

/** A plan for the GPU backend. */
export const heavy = `w=16/style,engine=vgg19,style=${asOption(`${PICTURES}style.png`)}`;

/** A signed submit; `change` alters the signature. */
export async function submit(
  body: Uint8Array<ArrayBuffer>,
  type: string,
  { key = first, path = '/v1/jobs', method = 'POST', change = (s: string) => s } = {},
): Promise<RequestInit> {
  const signature = await signText(
    requestText({ method, path, digest: await digestOf(body) }),
    key,
  );
  const headers = { 'Content-Type': type, 'X-Signature': change(signature) };
  return { method: 'POST', headers, body };
}

export const encode = (body: unknown) => new TextEncoder().encode(JSON.stringify(body));
export const asJson = (body: unknown, how?: Parameters<typeof submit>[2]) =>
  submit(encode(body), 'application/json', how);

export async function asForm(
  parts: Parameters<typeof form>[0],
  how?: Parameters<typeof submit>[2],
): Promise<RequestInit> {
  const whole = new Response(form(parts));
  const type = whole.headers.get('content-type') as string;
  return submit(new Uint8Array(await whole.arrayBuffer()), type, how);
}
