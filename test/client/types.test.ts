// Checks the builder's types with `tsc`: each line that it must refuse is marked, and accepting one is an error.
import { describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import type { Options, Steps } from '../../src/client/generated/catalogue.ts';

const client = createClient({ origin: 'https://tessera.example' });
const plan = client.from('asset:a.png');

describe('the types of the builder', () => {
  it('accept the parameters that the declarations accept', () => {
    const fits: Options['fit'][] = ['cover', 'squeeze', undefined];
    const palettes: Steps['pixelate']['palette'][] = [
      'pico8',
      'auto',
      'ff0000~00ff00',
      ['fff', '000'],
    ];
    const made = plan
      .options({ w: 64, fit: fits[0], rotate: 90, f: 'webp' })
      .pixelate({ palette: palettes[0], upscale: false })
      .hybrid({ far: new URL('https://a.example/'), steps: 'auto' })
      .style({ style: ['asset:b.png', 'asset:c.png'], styleWeights: [0.3, 0.7], engine: 'vgg19' })
      .edges();
    expect(made.plan.split('/')).toHaveLength(5);
    expect(client.upload().style({ engine: 'fast' }).plan).toBe('style,engine=fast');
  });

  it('refuse all others', () => {
    const never = (): void => {
      // @ts-expect-error there is no such fit
      plan.options({ fit: 'stretch' });
      // @ts-expect-error a number
      plan.options({ w: '64' });
      // @ts-expect-error there is no such option
      plan.options({ wide: 64 });
      // @ts-expect-error a right angle
      plan.options({ rotate: 45 });
      // @ts-expect-error there is no such effect
      plan.swirl();
      // @ts-expect-error there is no such parameter
      plan.pixelate({ size: 8 });
      // @ts-expect-error true or false
      plan.pixelate({ upscale: 'no' });
      // @ts-expect-error the further picture is required
      plan.hybrid();
      // @ts-expect-error the further picture is required
      plan.style({ engine: 'fast' });
      // @ts-expect-error a number, or auto
      plan.hybrid({ far: 'asset:b.png', steps: 'some' });
      // @ts-expect-error one picture
      plan.hybrid({ far: ['asset:b.png', 'asset:c.png'] });
      // @ts-expect-error given where the URL is made
      plan.options({ exp: 1 });
      // @ts-expect-error a date, or seconds
      plan.signedUrl({ expires: '2030-01-01' });
      // @ts-expect-error a client has an origin
      createClient({});
    };
    expect(never).toBeTypeOf('function');
  });
});
