// Calls a gateway as users of the openai package do. Arguments: base URL with /v1, API key, key of 10 requests/min.
import OpenAI from 'openai';
import { all, run } from './cases.mjs';

const [baseURL, apiKey, limitedKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const messages = [{ role: 'user', content: 'Where is my parcel?' }];
const chat = { model: 'gpt-4.1', messages, max_tokens: 200 };
const tools = ['weather', 'time'].map((name) => ({
  type: 'function',
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}));

/** Sends the same request with a helper that assembles the stream. */
const streamed = (body) => client.chat.completions.stream(body).finalChatCompletion();

await run({
  chat: () => client.chat.completions.create(chat),
  chatStreamed: () => streamed({ ...chat, stream_options: { include_usage: true } }),
  chatChunks: async () => all(await client.chat.completions.create({ ...chat, stream: true })),
  auto: () => client.chat.completions.create({ ...chat, model: 'auto' }),
  claude: () => client.chat.completions.create({ ...chat, model: 'claude-sonnet-4.5' }),
  tools: () => client.chat.completions.create({ ...chat, tools }),
  toolsStreamed: () => streamed({ ...chat, tools }),
  response: () =>
    client.responses.create({ model: 'gpt-4.1', input: 'Where is my parcel?', max_output_tokens: 200 }),
  embedding: () =>
    client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] }),
  models: async () => (await all(client.models.list())).map((model) => model.id),
  headers: async () => {
    const { response } = await client.chat.completions.create(chat).withResponse();
    return Object.fromEntries(response.headers);
  },
  idempotent: async () => {
    const options = { headers: { 'Idempotency-Key': `sdk-${process.pid}` } };
    const body = { ...chat, messages: [{ role: 'user', content: `idempotent ${process.pid}` }] };
    const first = await client.chat.completions.create(body, options);
    const second = await client.chat.completions.create(body, options);
    return { first: first.id, second: second.id };
  },
  file: async () => {
    const line = JSON.stringify({
      custom_id: 'a',
      method: 'POST',
      url: '/v1/chat/completions',
      body: chat,
    });
    const file = await client.files.create({
      file: new File([`${line}\n`], 'jobs.jsonl'),
      purpose: 'batch',
    });
    const content = await (await client.files.content(file.id)).text();
    const listed = (await all(client.files.list())).map((each) => each.id);
    const deleted = await client.files.delete(file.id);
    return { file, same: content === `${line}\n`, isListed: listed.includes(file.id), deleted };
  },
  batch: async () => {
    const lines = ['a', 'b', 'c'].map((id) =>
      JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body: chat }),
    );
    const file = await client.files.create({
      file: new File([`${lines.join('\n')}\n`], 'jobs.jsonl'),
      purpose: 'batch',
    });
    let batch = await client.batches.create({
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata: { from: 'sdk' },
    });
    const ended = ['completed', 'failed', 'expired', 'cancelled'];
    for (let polls = 0; !ended.includes(batch.status) && polls < 3_000; polls += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      batch = await client.batches.retrieve(batch.id);
    }
    const output = batch.output_file_id
      ? await (await client.files.content(batch.output_file_id)).text()
      : '';
    const ids = output.split('\n').filter(Boolean).map((line) => JSON.parse(line).custom_id);
    return { batch, ids };
  },
  unknownModel: () => client.chat.completions.create({ ...chat, model: 'no-such-model' }),
  badRequest: () => client.chat.completions.create({ model: 'gpt-4.1' }),
  notFound: () => client.files.retrieve('file-none'),
  unauthorized: () => client.withOptions({ apiKey: 'mr-wrong' }).chat.completions.create(chat),
  retried: async () => {
    // More calls than the limited key has requests at once: the client waits and repeats.
    const patient = client.withOptions({ apiKey: limitedKey, maxRetries: 5 });
    const body = { model: 'text-embedding-3-small', input: 'one' };
    const calls = Array.from({ length: 11 }, () => patient.embeddings.create(body));
    return (await Promise.all(calls)).map((each) => each.object);
  },
});
