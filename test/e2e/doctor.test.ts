// `npm run doctor` as a command, against the bundled Worker.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBundledWorker } from '../helpers/servers/bundled-worker.ts';

const script = fileURLToPath(new URL('../../scripts/doctor/doctor.ts', import.meta.url));

type Done = { code: number; output: string };

const doctor = (args: readonly string[], env: Record<string, string> = {}): Promise<Done> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, SIGNING_KEYS: '', METRICS_TOKEN: '', ...env } };
    execFile(process.execPath, [script, ...args], options, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });

const start = async (vars: Record<string, string>, picturesOnly = false): Promise<string> => {
  const worker = await startBundledWorker(vars, { picturesOnly });
  onTestFinished(worker.close);
  return worker.url.origin;
};

describe('the command', () => {
  it('finds nothing wrong in an unsigned Worker for development, and in a signed one', async () => {
    const open = await doctor([await start({ DEVELOPMENT: 'true' }, true)]);
    expect(open.output).toContain('Nothing is wrong.');
    expect(open.code).toBe(0);
    const keys = { SIGNING_KEYS: '00ff:11ee' };
    const url = await start({ ...keys, METRICS_TOKEN: 'a-token-of-letters' });
    const signed = await doctor([url, '--json'], keys);
    expect(signed.code, signed.output).toBe(0);
    const report = JSON.parse(signed.output) as { ok: boolean; findings: { verdict: string }[] };
    expect(report.ok).toBe(true);
    expect(
      report.findings.every(({ verdict }) => verdict === 'good'),
      signed.output,
    ).toBe(true);
    const other = await doctor([url], { SIGNING_KEYS: '22:33' });
    expect(other.code).toBe(1);
    expect(other.output).toMatch(/WRONG signing[\s\S]*to fix it: [\s\S]*1 to fix\./);
  });

  it.each([
    [[], 'expected one URL'],
    [['img.example.com'], 'expected one URL'],
    [['https://a.example', '--keys', '00:11'], '--keys'],
  ])('explains its use for %j', async (args, message) => {
    const { code, output } = await doctor(args);
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).toContain('usage: npm run doctor');
  });
});
