import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/cli/options.ts';

const options = (...args: string[]) => {
  const command = readCommand(args);
  if (command.kind !== 'render') throw new Error(command.kind);
  return command.options;
};

describe('the command line', () => {
  it('has a plan, inputs, and an output at the end', () => {
    expect(options('w=10', 'a.jpg', 'b.jpg', 'out')).toMatchObject({
      plan: 'w=10',
      inputs: ['a.jpg', 'b.jpg'],
      output: 'out',
      force: false,
      timeoutMs: 3_600_000,
      device: 'auto',
    });
  });

  it('collects the files of further pictures by their parameter', () => {
    const { further } = options(
      ...['style', 'a.jpg', 'b.png', '--input', 'style=x=1.jpg', '--input', 'style=y,2.jpg'],
    );
    expect([...further]).toEqual([['style', ['x=1.jpg', 'y,2.jpg']]]);
  });

  it('reads the other commands', () => {
    expect(readCommand(['--help']).kind).toBe('help');
    expect(readCommand(['-h', 'effects']).kind).toBe('help');
    expect(readCommand(['--version']).kind).toBe('version');
    expect(readCommand(['effects', 'blur'])).toEqual({ kind: 'effects', name: 'blur' });
    expect(readCommand(['serve', '--port', '9000'])).toEqual({ kind: 'serve', port: 9000 });
  });

  it.each([
    [[], 'expected a plan, an input and an output, got nothing'],
    [['w=10', 'a.jpg'], 'expected a plan, an input and an output, got "w=10" "a.jpg"'],
    [['w=10', 'a', 'b', '--jobs', '0'], '--jobs: expected an integer from 1 to 256, got "0"'],
    [['w=10', 'a', 'b', '--jobs', '1.5'], '--jobs: expected an integer from 1 to 256, got "1.5"'],
    [['w=10', 'a', 'b', '--timeout', 'x'], '--timeout: expected an integer'],
    [['w=10', 'a', 'b', '--device', 'tpu'], '--device: expected one of auto, cuda'],
    [['w=10', 'a', 'b', '--input', 'far'], '--input: expected <parameter>=<file>, got "far"'],
    [['w=10', 'a', '-', '--json'], '--json: expected another output than -'],
    [['w=10', '-', 'b', '--watch'], '--watch: expected files, got -'],
    [['w=10', 'a', 'b', '--port', '1'], '--port: expected together with serve'],
    [['w=10', 'a', 'b', '--nonsense'], "Unknown option '--nonsense'"],
    [['serve', 'x'], 'serve: expected options alone, got "x"'],
  ])('refuses %j', (args, message) => {
    expect(() => readCommand(args)).toThrow(message);
  });
});
