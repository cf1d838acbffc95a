// All hostile files, fetched by the bundled Worker from a server; `e2e/hostile.test.ts` uploads them.
import { checkCorpus } from './corpus/check.ts';

await checkCorpus('source');
