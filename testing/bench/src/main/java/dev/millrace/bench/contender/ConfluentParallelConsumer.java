package dev.millrace.bench.contender;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Confluent's parallel consumer with its defaults, unordered, with a thread per concurrent job. */
final class ConfluentParallelConsumer {
    private ConfluentParallelConsumer() {}

    static AutoCloseable start(ContenderTask task) {
        boolean isTransactional = task.contender() == Contender.PARALLEL_TX;
        var clients = task.clients();
        var caller = task.work().caller(task.concurrency());
        String results = task.results();
        var options =
                ParallelConsumerOptions.<byte[], byte[]>builder()
                        .ordering(ProcessingOrder.UNORDERED)
                        .maxConcurrency(task.concurrency())
                        .consumer(clients.consumer("classic", Map.of()))
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
        processor.subscribe(task.jobTopics());
        processor.pollAndProduce(
                context ->
                        new ProducerRecord<>(
                                results, context.key(), caller.answer(context.value())));
        return () -> {};
    }
}
