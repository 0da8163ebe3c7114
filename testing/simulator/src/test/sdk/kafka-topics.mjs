// Reads topics to their ends with kafkajs, which knows no compression but gzip. Arguments: bootstrap server, topics.
// Prints the number of committed records of each topic.
import { Kafka, logLevel } from 'kafkajs';

const [broker, ...topics] = process.argv.slice(2);
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });

/** Returns the end of each partition that is not empty, by name. */
async function ends() {
  const admin = kafka.admin();
  await admin.connect();
  const all = new Map();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (low !== high) {
        all.set(`${topic}-${partition}`, BigInt(high));
      }
    }
  }
  await admin.disconnect();
  return all;
}

const open = await ends();
const counts = Object.fromEntries(topics.map((it) => [it, 0]));
const consumer = kafka.consumer({ groupId: `plain-${process.pid}`, maxWaitTimeInMs: 200 });
await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
const read = new Promise((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    // The mark of a committed transaction follows its last record.
    const partition = `${payload.topic}-${payload.partition}`;
    if (open.has(partition) && BigInt(payload.lastOffset) + 2n >= open.get(partition)) {
      open.delete(partition);
    }
    if (open.size === 0) {
      resolve();
    }
  });
  consumer.run({ eachMessage: async ({ topic }) => void counts[topic]++ }).catch(reject);
});
const outcome = await read.then(
  () => counts,
  (error) => ({ thrown: error.message }),
);
console.log(JSON.stringify(outcome));
await consumer.disconnect();
