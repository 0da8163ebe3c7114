// Asks one question, streams the answer to another, and runs a batch, with the official package "openai".
// Arguments: base URL, such as http://127.0.0.1:8080/v1, and an API key if the gateway has keys.
import { setTimeout } from 'node:timers/promises';
import OpenAI from 'openai';

const [baseURL, apiKey = 'none'] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey });
const messages = (question) => [{ role: 'user', content: question }];

const answer = await client.chat.completions.create({ model: 'auto', messages: messages('Where is my parcel?') });
console.log('answer:', answer.choices[0].message.content);

let text = '';
for await (const chunk of await client.chat.completions.create({
  model: 'gpt-4.1',
  messages: messages('Say hello'),
  stream: true,
})) {
  text += chunk.choices[0]?.delta.content ?? '';
}
console.log('stream:', text);

const lines = [0, 1, 2].map((number) =>
  JSON.stringify({
    custom_id: `question-${number}`,
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'auto', messages: messages(`What is ${number} times ${number}?`) },
  }),
);
const file = await client.files.create({ file: new File([lines.join('\n')], 'questions.jsonl'), purpose: 'batch' });
let batch = await client.batches.create({
  input_file_id: file.id,
  endpoint: '/v1/chat/completions',
  completion_window: '24h',
});
while (!['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
  await setTimeout(1_000);
  batch = await client.batches.retrieve(batch.id);
}
console.log('batch:', batch.status, batch.request_counts.completed, 'of', batch.request_counts.total);
process.stdout.write(await (await client.files.content(batch.output_file_id)).text());
