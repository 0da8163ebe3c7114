import Anthropic from '@anthropic-ai/sdk';
import { all, run } from './cases.mjs';

const baseURL = process.argv[2];
const client = new Anthropic({ baseURL, apiKey: 'sk-test', maxRetries: 0 });

const message = {
  model: 'claude-sonnet-4.5',
  max_tokens: 500,
  messages: [{ role: 'user', content: 'Where is my parcel?' }],
};
const tools = ['weather', 'time'].map((name) => ({
  name,
  input_schema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
}));
const thinking = { type: 'enabled', budget_tokens: 1024 };

const streamed = (body) => client.messages.stream(body).finalMessage();
const rejected = (model) => () => client.messages.create({ ...message, model });

await run({
  message: () => client.messages.create(message),
  messageStreamed: () => streamed(message),
  messageEvents: async () => all(await client.messages.create({ ...message, stream: true })),
  messageSlowly: () => streamed({ ...message, model: 'slow' }),
  tools: () => client.messages.create({ ...message, tools }),
  toolsStreamed: () => streamed({ ...message, tools }),
  toolResult: () =>
    client.messages.create({
      ...message,
      tools,
      messages: [
        ...message.messages,
        {
          role: 'assistant',
          content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } }],
        },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'rain' }],
        },
      ],
    }),
  thinking: () => client.messages.create({ ...message, thinking }),
  thinkingStreamed: () => streamed({ ...message, thinking }),
  stopSequence: () => client.messages.create({ ...message, stop_sequences: [' to:'] }),
  length: () => client.messages.create({ ...message, max_tokens: 3 }),
  refusal: () => client.messages.create({ ...message, model: 'refusing' }),
  refusalStreamed: () => streamed({ ...message, model: 'refusing' }),
  beta: () => client.beta.messages.create(message),
  models: async () => (await all(client.models.list())).map((model) => model.id),
  requestId: async () => (await client.messages.create(message))._request_id,
  badRequest: () => client.messages.create({ ...message, messages: [] }),
  unauthorized: () => client.withOptions({ apiKey: 'sk-wrong' }).messages.create(message),
  notFound: rejected('unknown'),
  rateLimited: rejected('throttled'),
  serverError: rejected('failing'),
  overloaded: rejected('overloaded'),
  brokenStream: async () =>
    all(await client.messages.create({ ...message, model: 'broken', stream: true })),
});
