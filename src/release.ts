// Gives memory back at once.
//
// V8 frees the memory of an array in some later garbage collection, and large arrays do not make that collection come much sooner. Until
// then the isolate holds pictures of finished requests beside those of running ones, and the gate's account would be wrong.

/**
 * Frees the memory of an array, which is empty afterwards, as are all other views of its buffer. Does nothing if the array is only a part
 * of its buffer, or if it was released before.
 */
export function release({ buffer, byteLength }: Uint8Array | Uint8ClampedArray): void {
  if (byteLength === buffer.byteLength) releaseBuffer(buffer);
}

/** Frees the memory of a buffer, whose views are empty afterwards. Does nothing for shared memory, and if it was released before. */
export function releaseBuffer(buffer: ArrayBufferLike): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
