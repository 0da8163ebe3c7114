import OpenAI, { AzureOpenAI } from 'openai';
import { all, run } from './cases.mjs';

const baseUrl = process.argv[2];
const apiKey = 'sk-test';
const client = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey, maxRetries: 0 });
const azure = new AzureOpenAI({
  endpoint: baseUrl,
  apiKey,
  apiVersion: '2024-10-21',
  deployment: 'my-gpt',
  maxRetries: 0,
});

const messages = [{ role: 'user', content: 'Where is my parcel?' }];
const chat = { model: 'gpt-4.1', messages };
const parameters = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const tools = ['weather', 'time'].map((name) => ({
  type: 'function',
  function: { name, parameters },
}));
const functions = tools.map((tool) => ({ type: 'function', strict: true, ...tool.function }));

/** Sends the same request with a helper that assembles the stream. */
const streamed = (body) => client.chat.completions.stream(body).finalChatCompletion();
const rejected = (model) => () => client.chat.completions.create({ ...chat, model });

await run({
  chat: () => client.chat.completions.create(chat),
  chatStreamed: () =>
    streamed({ ...chat, stream_options: { include_usage: true } }),
  chatChunks: async () =>
    all(await client.chat.completions.create({ ...chat, stream: true })),
  chatSlowly: () => streamed({ ...chat, model: 'slow' }),
  choices: () => client.chat.completions.create({ ...chat, n: 3 }),
  choicesStreamed: () => streamed({ ...chat, n: 3 }),
  tools: () => client.chat.completions.create({ ...chat, tools }),
  toolsStreamed: () => streamed({ ...chat, tools }),
  toolLoop: async () => {
    const called = [];
    const runnable = tools.map((tool) => ({
      type: 'function',
      function: {
        ...tool.function,
        parse: JSON.parse,
        function: (args) => {
          called.push({ name: tool.function.name, args });
          return 'done';
        },
      },
    }));
    const runner = client.chat.completions.runTools({ ...chat, tools: runnable });
    return { text: await runner.finalContent(), called };
  },
  jsonSchema: () =>
    client.chat.completions.parse({
      ...chat,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'place', strict: true, schema: parameters },
      },
    }),
  refusal: () => client.chat.completions.create({ ...chat, model: 'refusing' }),
  refusalStreamed: () => streamed({ ...chat, model: 'refusing' }),
  length: () => client.chat.completions.create({ ...chat, max_completion_tokens: 3 }),
  completion: () => client.completions.create({ model: 'm', prompt: ['one', 'two'] }),
  completionStreamed: async () =>
    all(
      await client.completions.create({
        model: 'm',
        prompt: 'one',
        stream: true,
        stream_options: { include_usage: true },
      }),
    ),
  response: () => client.responses.create({ model: 'm', input: 'Where is my parcel?' }),
  responseStreamed: () =>
    client.responses.stream({ model: 'm', input: 'Where is my parcel?' }).finalResponse(),
  responseEvents: async () =>
    all(await client.responses.create({ model: 'm', input: 'Hello', stream: true })),
  responseTools: () =>
    client.responses
      .stream({
        model: 'm',
        input: 'Weather?',
        tools: functions,
        reasoning: { effort: 'low', summary: 'auto' },
      })
      .finalResponse(),
  responseRefusal: () =>
    client.responses.stream({ model: 'refusing', input: 'Hello' }).finalResponse(),
  embedding: () => client.embeddings.create({ model: 'e', input: ['a', 'b'], dimensions: 4 }),
  models: async () => (await all(client.models.list())).map((model) => model.id),
  requestId: async () => (await client.chat.completions.create(chat))._request_id,
  azure: () => azure.chat.completions.create(chat),
  azureStreamed: () => azure.chat.completions.stream(chat).finalChatCompletion(),
  azureEmbedding: () => azure.embeddings.create({ model: 'e', input: 'a', dimensions: 2 }),
  badRequest: () => client.chat.completions.create({ model: 'm', messages: [] }),
  unauthorized: () =>
    client.withOptions({ apiKey: 'sk-wrong' }).chat.completions.create(chat),
  notFound: rejected('unknown'),
  rateLimited: rejected('throttled'),
  serverError: rejected('failing'),
  brokenStream: async () =>
    all(await client.chat.completions.create({ ...chat, model: 'broken', stream: true })),
  endedStream: () => streamed({ ...chat, model: 'ended' }),
  brokenResponse: async () =>
    all(await client.responses.create({ model: 'broken', input: 'Hello', stream: true })),
});
