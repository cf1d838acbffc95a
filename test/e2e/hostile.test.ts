// The core of the hostile suite, which `npm run test:hostile` runs whole: all files, uploaded to the bundled Worker.
import { checkCorpus } from '../hostile/corpus/check.ts';

await checkCorpus('upload');
