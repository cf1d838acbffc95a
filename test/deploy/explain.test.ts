import { expect, it } from 'vitest';
import { explain } from '../../scripts/deploy/explain.ts';

it.each([
  ['Docker CLI is needed to build the image but could not be launched.', /by Docker/],
  ['R2 binding error for bucket tessera-jobs: Please enable R2 [code: 10136]', /R2 is not enabled/],
  ['CPU limits are not available on the free plan [code: 100328]', /Workers Paid/],
])('a failed deployment is explained: %s', (output, expected) => {
  expect(explain(output)).toMatch(expected);
});

it('a failure that is not known is left as wrangler printed it', () => {
  expect(explain('something else')).toBeUndefined();
});
