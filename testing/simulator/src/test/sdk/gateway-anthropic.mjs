// Calls a gateway as users of @anthropic-ai/sdk do. Arguments: base URL without /v1, API key.
import Anthropic from '@anthropic-ai/sdk';
import { all, run } from './cases.mjs';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new Anthropic({ baseURL, apiKey, maxRetries: 0 });

const message = {
  model: 'claude-sonnet-4.5',
  max_tokens: 200,
  messages: [{ role: 'user', content: 'Where is my parcel?' }],
};
const tools = ['weather', 'time'].map((name) => ({
  name,
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}));

const request = (id, params = message) => ({ custom_id: id, params });

/** Waits until a batch has ended. */
async function ended(id) {
  let batch = await client.messages.batches.retrieve(id);
  for (let polls = 0; batch.processing_status !== 'ended' && polls < 3_000; polls += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    batch = await client.messages.batches.retrieve(id);
  }
  return batch;
}

const streamed = (body) => client.messages.stream(body).finalMessage();

await run({
  message: () => client.messages.create(message),
  messageStreamed: () => streamed(message),
  messageEvents: async () => all(await client.messages.create({ ...message, stream: true })),
  tools: () => client.messages.create({ ...message, tools }),
  toolsStreamed: () => streamed({ ...message, tools }),
  batch: async () => {
    const requests = [request('b'), request('a'), request('c', { ...message, model: 'no-such-model' })];
    const created = await client.messages.batches.create({ requests });
    const batch = await ended(created.id);
    const results = await all(await client.messages.batches.results(batch.id));
    const listed = (await all(client.messages.batches.list({ limit: 1 }))).map((each) => each.id);
    const deleted = await client.messages.batches.delete(batch.id);
    const rest = (await all(client.messages.batches.list())).map((each) => each.id);
    return {
      created,
      batch,
      results,
      isListed: listed.includes(batch.id),
      deleted,
      isListedAfterwards: rest.includes(batch.id),
    };
  },
  batchPages: async () => {
    const ids = [];
    for (let i = 0; i < 3; i += 1) {
      ids.unshift((await client.messages.batches.create({ requests: [request('a')] })).id);
    }
    const before = await all(client.messages.batches.list({ limit: 1, before_id: ids[2] }));
    const after = await client.messages.batches.list({ limit: 1, after_id: ids[0] });
    return { ids, before: before.map((each) => each.id), after: after.data.map((each) => each.id) };
  },
  batchCanceled: async () => {
    const requests = Array.from({ length: 2000 }, (_, i) => request(`r${i}`));
    const { id } = await client.messages.batches.create({ requests });
    const canceling = await client.messages.batches.cancel(id);
    const batch = await ended(id);
    const results = await all(await client.messages.batches.results(id));
    return { canceling, batch, types: results.map((each) => each.result.type) };
  },
  batchDuplicate: () =>
    client.messages.batches.create({ requests: [request('a'), request('b'), request('a')] }),
  batchEmpty: () => client.messages.batches.create({ requests: [] }),
  batchNotFound: () => client.messages.batches.retrieve('msgbatch_none'),
  batchRunning: async () => {
    const { id } = await client.messages.batches.create({ requests: [request('a')] });
    return client.messages.batches.delete(id);
  },
  batchUnauthorized: () => client.withOptions({ apiKey: 'mr-wrong' }).messages.batches.list(),
  models: async () => (await all(client.models.list())).map((model) => model.id),
  requestId: async () => (await client.messages.create(message))._request_id,
  unknownModel: () => client.messages.create({ ...message, model: 'no-such-model' }),
  badRequest: () => client.messages.create({ model: message.model, max_tokens: 5 }),
  unauthorized: () => client.withOptions({ apiKey: 'mr-wrong' }).messages.create(message),
});
