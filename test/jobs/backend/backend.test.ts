import { describe, expect, it } from 'vitest';
import { parseBackendKeys, SIGNATURE_HEADER } from '../../../src/jobs/auth.ts';
import { backendOf, createBackend } from '../../../src/jobs/backend/backend.ts';

describe('the choice of a backend', () => {
  const backends = ['a', 'b', 'c'];

  it('asks all in turn, starting at different ones', () => {
    const firsts = new Set<string>();
    for (let job = 0; job < 40; job++) {
      const id = String.fromCharCode(97 + (job % 26), 97 + ((job * 7) % 26)).repeat(26);
      const turns = [1, 2, 3].map((turn) => backendOf(backends, id, turn));
      expect([...turns].sort()).toEqual(backends);
      expect(backendOf(backends, id, 4)).toBe(turns[0]);
      firsts.add(turns[0] as string);
    }
    expect([...firsts].sort()).toEqual(backends);
  });
});

const access = { keys: parseBackendKeys('a secret of enough') };

describe('health', () => {
  const answering = (response: () => Response) => {
    const asked: Request[] = [];
    const backend = createBackend('http://gpu.example', access, {
      now: () => 0,
      channel: () => new TransformStream<Uint8Array, Uint8Array>(),
      async fetch(url, init) {
        asked.push(new Request(url, init as RequestInit));
        return response();
      },
    });
    return { asked, health: () => backend.health(AbortSignal.timeout(1000)) };
  };

  it('lists the installed models to a signed request', async () => {
    const { asked, health } = answering(() => Response.json({ models: ['vgg19'], more: 1 }));
    expect(await health()).toEqual({ models: ['vgg19'] });
    expect(asked[0]?.headers.has(SIGNATURE_HEADER)).toBe(true);
  });

  it.each<[string, () => Response]>([
    ['no connection', fail],
    ['another status', () => Response.json({ models: [] }, { status: 503 })],
    ['no JSON', () => new Response('<html>')],
    ['another form', () => Response.json({ models: 'vgg19' })],
    ['too much', () => new Response(' '.repeat(2 ** 19))],
  ])('is unknown after %s', async (_, response) => {
    expect(await answering(response).health()).toBeUndefined();
  });
});

function fail(): never {
  throw new TypeError('fetch failed');
}
