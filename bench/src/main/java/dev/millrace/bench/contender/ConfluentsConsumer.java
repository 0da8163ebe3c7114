package dev.millrace.bench.contender;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Confluent's parallel consumer with its defaults, without order, and with so many threads. */
final class ConfluentsConsumer {
    private ConfluentsConsumer() {}

    static AutoCloseable start(Task task) {
        boolean isTransactional = task.kind() == Kind.PARALLEL_TX;
        var clients = new Clients(task);
        var caller = Caller.of(task.work(), task.concurrency());
        String results = task.results();
        var options =
                ParallelConsumerOptions.<byte[], byte[]>builder()
                        .ordering(ProcessingOrder.UNORDERED)
                        .maxConcurrency(task.concurrency())
                        .consumer(clients.consumer("classic"))
                        .producer(
                                isTransactional
                                        ? clients.transactionalProducer()
                                        : clients.idempotentProducer())
                        .commitMode(
                                isTransactional
                                        ? CommitMode.PERIODIC_TRANSACTIONAL_PRODUCER
                                        : CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                        .build();
        var processor = ParallelStreamProcessor.createEosStreamProcessor(options);
        processor.subscribe(clients.jobs());
        processor.pollAndProduce(
                context ->
                        new ProducerRecord<>(
                                results, context.key(), caller.answer(context.value())));
        return () -> {};
    }
}
