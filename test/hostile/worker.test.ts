// All hostile files, uploaded to the bundled Worker and fetched by it from a server.
import { checkCorpus } from './check-corpus.ts';

await checkCorpus(['upload', 'source']);
