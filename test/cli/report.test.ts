import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/cli/batch.ts';
import { createReport } from '../../src/cli/report.ts';

const good: Result = {
  input: 'a.jpg',
  output: 'out/a.png',
  ms: 12,
  made: { bytes: 5, width: 2, height: 3, format: 'png', extension: 'png' },
};
const bad: Result = { input: 'b.jpg', failure: { code: 'undecodable', message: 'damaged' } };
const kept: Result = {
  ...bad,
  output: 'out/b.png',
  failure: { code: 'output_exists', message: 'x' },
};

function reported(how: { json?: boolean; quiet?: boolean; isTTY?: boolean }, results: Result[]) {
  const { json = false, quiet = false, isTTY = false } = how;
  const written = { stdout: '', stderr: '' };
  const to = (name: keyof typeof written) => ({
    isTTY,
    columns: 60,
    write(text: string) {
      written[name] += text;
    },
  });
  let now = 0;
  const ports = { stdout: to('stdout'), stderr: to('stderr'), now: () => (now += 1000) };
  const report = createReport({ json, quiet, ...ports });
  report.begin(results.length);
  for (const result of results) {
    report.progress(result.input, 0.5);
    report.result(result.input, result);
  }
  report.end();
  return { ...written, failed: report.failed() };
}

describe('the report', () => {
  it('has plain lines if there is no terminal', () => {
    const { stdout, stderr, failed } = reported({}, [good, bad, kept]);
    expect(stderr.split('\n')).toEqual([
      'rendering 16 % of 3 pictures',
      'rendering 33 % of 3 pictures',
      'rendering 50 % of 3 pictures',
      'b.jpg: damaged',
      'rendering 66 % of 3 pictures',
      'rendering 83 % of 3 pictures',
      'out/b.png: x',
      'rendering 100 % of 3 pictures',
      expect.stringMatching(/^1 picture in [\d.]+ s, 2 failed$/),
      '',
    ]);
    expect([stdout, failed]).toEqual(['', 2]);
  });

  it('has a bar on a terminal, and errors above it', () => {
    const { stderr } = reported({ isTTY: true }, [good, bad]);
    expect(stderr).toMatch(/\[#+-+\] 25 % 0 of 2 pictures, 0\.\d per second/);
    expect(stderr).toContain('\r\x1b[Kb.jpg: damaged\n');
    expect(stderr).toMatch(/\[#+\] 100 % 2 of 2 pictures/);
  });

  it('has a line of JSON for each picture', () => {
    const { stdout, stderr } = reported({ json: true }, [good, bad]);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { input: 'a.jpg', output: 'out/a.png', bytes: 5, width: 2, height: 3, format: 'png', ms: 12 },
      { input: 'b.jpg', error: 'undecodable', message: 'damaged' },
    ]);
    expect(stderr).toBe('b.jpg: damaged\n');
  });

  it('has errors alone if it is to be quiet', () => {
    expect(reported({ quiet: true }, [good, bad]).stderr).toBe('b.jpg: damaged\n');
  });
});
