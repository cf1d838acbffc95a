import { expect, it } from 'vitest';
import { renderGallery } from '../../scripts/gallery.ts';

it('every example and option value of the gallery is a picture', async () => {
  expect((await renderGallery()).length).toBeGreaterThan(10_000);
});
