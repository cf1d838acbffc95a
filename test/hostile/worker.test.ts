// All hostile files, uploaded to the bundled Worker and fetched by it from a server.
import { checkCorpus } from './corpus/check.ts';

await checkCorpus(['upload', 'source']);
