// Checks what the probe reads from the header of a GIF.
import { describe, expect, it } from 'vitest';
import { MOST_FRAMES } from '../../../src/codecs/most-frames.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { makeGif } from '../make-headers.ts';

const size = { width: 300, height: 200 };
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('probe of a GIF', () => {
  it.each([
    [{}, { frames: 1, alpha: false, channels: 3, samples: 1, bitDepth: 8 }],
    [{ frames: 3 }, { frames: 3 }],
    [{ loops: true }, { frames: 1 }],
    [{ transparent: true }, { alpha: true }],
  ])('reads %o', (options, expected) => {
    const gif = makeGif({ ...size, ...options });
    expect(probe(gif)).toMatchObject({ format: 'gif', ...size, ...expected });
  });

  it('stops counting behind the most frames that are read', () => {
    const frames = MOST_FRAMES + 5;
    expect(probe(makeGif({ ...size, frames }))).toMatchObject({ frames: MOST_FRAMES + 1 });
  });

  it('calls an empty canvas and a file without frames undecodable', () => {
    expect(() => probe(makeGif({ width: 0, height: 5 }))).toThrow(code('undecodable'));
    expect(() => probe(makeGif({ ...size, frames: 0 }))).toThrow(code('undecodable'));
  });
});
