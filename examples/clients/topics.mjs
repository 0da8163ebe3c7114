// Publishes a request and reads its result with "kafkajs": no library of Millrace is needed.
// Argument: bootstrap server, such as 127.0.0.1:9092.
import { Kafka, logLevel } from 'kafkajs';

const kafka = new Kafka({ brokers: [process.argv[2]], logLevel: logLevel.NOTHING });
const request = {
  custom_id: `parcel-${Date.now()}`,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'auto', messages: [{ role: 'user', content: 'Where is my parcel?' }] },
};

// Reads committed records only, as kafkajs does by default. A result's "custom_id" is the one of its request.
const consumer = kafka.consumer({ groupId: request.custom_id });
await consumer.connect();
await consumer.subscribe({ topics: ['millrace.results'], fromBeginning: true });
const result = new Promise((resolve) => {
  consumer.run({
    eachMessage: async ({ message }) => {
      const line = JSON.parse(message.value);
      if (line.custom_id === request.custom_id) {
        resolve(line);
      }
    },
  });
});

const producer = kafka.producer();
await producer.connect();
await producer.send({
  topic: 'millrace.requests',
  messages: [{ key: request.custom_id, value: JSON.stringify(request) }],
});
await producer.disconnect();

const { response, millrace } = await result;
console.log(response.body.choices[0].message.content);
console.log(millrace.model, millrace.cost_usd, 'USD');
await consumer.disconnect();
