// Checks the signature of a request.
import { SIGNATURE_HEADER, verifyRequest } from '../../jobs/auth.ts';
import type { BackendServices, Exchange } from './services.ts';

/** Checks the signature of a request; `head` has the signed bytes of its body. Throws `bad_signature`. */
export async function verify(
  { request: { method = '', url = '', headers }, keepOpen }: Exchange,
  { keys }: BackendServices,
  head?: Uint8Array<ArrayBuffer>,
): Promise<void> {
  if (keys.length > 0) {
    const header = String(headers[SIGNATURE_HEADER] ?? '');
    const signed = { method, path: url, header, ...(head && { head }) };
    await verifyRequest(signed, { keys, now: Date.now() });
  }
  keepOpen();
}
