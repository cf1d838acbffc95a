// Recognises errors of a device by their text.
import { AppError, messageOf } from '../errors.ts';

const OUT_OF_MEMORY =
  /out of memory|failed to allocate|bad_alloc|bad allocation|allocation failed|CUDA failure 2\b|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|exceeds the max(?:imum)? buffer|OutOfMemory/i;
const DEVICE_LOST =
  /device (?:is|was)? ?lost|DeviceLost|CUDA failure (?!2\b)\d+|CUDNN_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR)|CUBLAS_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR)|VK_ERROR_DEVICE_LOST|ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED)/i;

/** `over_budget` if the device has no memory left, `backend_unavailable` if it was lost; any other error unchanged. */
export function explainDeviceError(error: unknown): unknown {
  const text = messageOf(error);
  if (OUT_OF_MEMORY.test(text)) {
    return new AppError(
      'over_budget',
      "expected the work to fit the device's memory, it does not: a smaller size fits",
      { cause: error },
    );
  }
  if (DEVICE_LOST.test(text)) {
    return new AppError('backend_unavailable', 'the device was lost while it worked', {
      retryable: true,
      cause: error,
    });
  }
  return error;
}
