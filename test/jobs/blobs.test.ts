import { describeBlobStore } from '../contracts/blob-store.ts';
import { createMemoryStore } from './job-world.ts';

const store = createMemoryStore();
describeBlobStore(() => store);
