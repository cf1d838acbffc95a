// The core of the hostile suite, which `npm run test:hostile` runs whole: all files, uploaded to the bundled Worker.
import { checkCorpus } from '../hostile/check-corpus.ts';

await checkCorpus(['upload']);
