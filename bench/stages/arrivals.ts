// Times until the first byte of an answer whose source is slow, with and without decoding while the source arrives.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import { interleave } from '../measure/interleave.ts';
import { mediansTable, type Table } from '../measure/report.ts';
import { offline } from '../measure/runtime.ts';
import { within } from '../measure/time-limit.ts';

const BYTES_PER_MS = 20_000;
const CHUNK = 32_768;
const plans = { '128×96': 'w=128,h=96,fit=cover,f=webp', '640': 'w=640,f=webp' };

/** A table of `rounds` samples each for this JPEG file. */
export async function arrivals(rounds: number, file: Uint8Array): Promise<Table> {
  Object.assign(process.env, offline);
  const server = createServer(async (_, response) => {
    response.writeHead(200, { 'Content-Length': file.length });
    const began = performance.now();
    for (let at = 0; at < file.length; at += CHUNK) {
      const wait = began + at / BYTES_PER_MS - performance.now();
      if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
      response.write(file.subarray(at, at + CHUNK));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return closing(close, async () => {
    const vars = { ALLOWED_SOURCES: `${origin}/`, ALLOW_PRIVATE_SOURCES: 'true' };
    const worker = await within(120, 'building and starting the Worker', startBundledWorker(vars));
    let serial = 0;
    const firstByte = (plan: string, headers: Record<string, string>) => async () => {
      const began = performance.now();
      const response = await worker.fetch(`/t/${plan}/${origin}/${serial++}`, { headers });
      const ms = performance.now() - began;
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
      return ms;
    };
    return closing(worker.close, async () => {
      // Nothing is decoded early if only the digest of the whole file can tell whether the client has the answer.
      const withTag = { 'If-None-Match': '"none"' };
      const variants = Object.entries(plans).flatMap(([name, plan]) => [
        [`${name}, decoded after the download`, firstByte(plan, withTag)] as const,
        [`${name}, decoded meanwhile`, firstByte(plan, {})] as const,
      ]);
      const samples = await interleave(rounds, Object.fromEntries(variants));
      const title = `First byte of the answer, 12 MP (${(file.length / 1e6).toFixed(1)} MB) at ${BYTES_PER_MS / 1000} MB/s`;
      return mediansTable(title, 'ms', samples);
    });
  });
}
