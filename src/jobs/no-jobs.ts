// The job engine of a service without a GPU backend: it has no jobs and accepts none.
import { AppError } from '../errors.ts';
import type { JobService } from './service/service.ts';

/** `Retry-After` in seconds. It is long, because the configuration rarely changes. */
const RETRY_AFTER = 60;

function refuse(): never {
  throw new AppError('backend_unavailable', 'expected a GPU backend, none is configured', {
    retryable: true,
    retryAfter: RETRY_AFTER,
  });
}
const refuseLater = async (): Promise<never> => refuse();
const nothing = async (): Promise<undefined> => undefined;

/** Finds no job; what needs one throws `backend_unavailable`. */
export const noJobs: JobService = {
  check: refuse,
  submit: refuseLater,
  find: nothing,
  events: nothing,
  wait: nothing,
  cancel: refuseLater,
  result: nothing,
  preview: nothing,
  indexed: nothing,
  index: refuseLater,
};
