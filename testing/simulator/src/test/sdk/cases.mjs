// Runs named cases and prints their results as one JSON object, for a Java test to check.

/** The result of a stream or of another async iterable: all of its elements. */
export async function all(iterable) {
  const elements = [];
  for await (const element of iterable) {
    elements.push(element);
  }
  return elements;
}

/** Runs every case. A case that throws has the error's class and fields as its result. */
export async function run(cases) {
  const results = {};
  for (const [name, call] of Object.entries(cases)) {
    try {
      results[name] = await call();
    } catch (error) {
      results[name] = {
        thrown: error.constructor.name,
        status: error.status,
        code: error.code,
        type: error.type,
        message: error.message,
        requestId: error.requestID,
        retryAfter: error.headers?.get('retry-after'),
      };
    }
  }
  console.log(JSON.stringify(results));
}
