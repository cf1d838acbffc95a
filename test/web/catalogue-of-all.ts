// The catalogue with every effect, as the page gets it.
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import { catalogueOf } from '../../src/web/catalogue.ts';

export const entries = catalog(effects);

/** As `GET /v1/effects` gives it: through JSON. */
export const catalogue = catalogueOf(
  JSON.parse(JSON.stringify({ effects: entries, service: { signed: false, keeps: false } })),
);
