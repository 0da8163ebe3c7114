/** The connection to the usage API, with the key of this tab. */
import { parse } from "./format.js";

export const API = "/api/v1/";
const KEY = "millrace-key";
const RETRY_MILLIS = 2_000;

/** An answer that needs another key. */
export class KeyNeeded extends Error {}

export function storeKey(key) {
  sessionStorage.setItem(KEY, key);
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

export function forgetKey() {
  sessionStorage.removeItem(KEY);
}

/** Sends a request and returns its response, which is successful. */
async function request(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: "Bearer " + key } : {}) };
  const response = await fetch(API + path, { ...options, headers, cache: "no-store" });
  if (response.status === 401) {
    throw new KeyNeeded();
  }
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    const message = answer.error?.message ?? "the server answered " + response.status;
    throw key && response.status === 403 && path === "caller" ? new KeyNeeded(message) : new Error(message);
  }
  return response;
}

export async function get(path) {
  return parse(await (await request(path)).text());
}

/** Reads the first lines of an answer, each of them JSON, and ends the connection. */
export async function lines(path, limit) {
  const ended = new AbortController();
  const reader = (await request(path, { signal: ended.signal })).body.pipeThrough(new TextDecoderStream()).getReader();
  const found = [];
  let rest = "";
  while (found.length < limit) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    const complete = (rest + value).split("\n");
    rest = complete.pop();
    found.push(...complete.map(parse));
  }
  ended.abort();
  return found.slice(0, limit);
}

/** Saves an answer as a file. A link cannot send a key, so this reads the answer itself. */
export async function save(path, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await (await request(path)).blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Changes the pipeline and returns what was done. */
export async function post(path) {
  const response = await request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" });
  return (await response.json()).done;
}

/**
 * Follows the events until the page is closed or another key is needed. EventSource cannot send a
 * key, so this reads the stream itself.
 *
 * @param onEvent receives the type and the parsed data of each event
 * @param onLost receives the reason when the connection is lost, before it is made again
 */
export async function follow(onEvent, onLost) {
  for (;;) {
    try {
      await read(await request("events"), onEvent);
      onLost("the server ended the connection");
    } catch (e) {
      if (e instanceof KeyNeeded) {
        throw e;
      }
      onLost(e.message);
    }
    await new Promise((done) => setTimeout(done, RETRY_MILLIS));
  }
}

async function read(response, onEvent) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = /^event: (.*)\ndata: (.*)$/.exec(block);
      if (event) {
        onEvent(event[1], parse(event[2]));
      }
    }
  }
}
