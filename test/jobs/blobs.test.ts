import { describeBlobStore } from '../contracts/blob-store.ts';
import { createMemoryBlobs } from './job-world.ts';

const store = createMemoryBlobs();
describeBlobStore(() => store);
