// An R2 bucket as a source of pictures.

/** Reads an object by its key, with its `ETag`; `undefined` if there is none. */
export function createObjectReader(
  bucket: Pick<R2Bucket, 'get'>,
): (key: string) => Promise<Response | undefined> {
  return async (key) => {
    const object = await bucket.get(key);
    if (!object) return undefined;
    return new Response(object.body, {
      headers: { ETag: object.httpEtag, 'Content-Length': String(object.size) },
    });
  };
}
