package dev.millrace.bench.contender;

import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The usual tutorial loop: poll, make a call for each record in turn, commit. One thread. */
final class PlainLoop implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final ContenderTask task;

    PlainLoop(ContenderTask task) {
        this.task = task;
    }

    @Override
    public void run() {
        var clients = new KafkaClients(task);
        var caller = Caller.of(task.work(), 1);
        String results = task.results();
        try (var consumer = clients.consumer("consumer");
                var producer = clients.idempotentProducer()) {
            consumer.subscribe(clients.jobTopics());
            while (true) {
                for (var job : consumer.poll(POLL)) {
                    byte[] answer = caller.answer(job.value());
                    Future<RecordMetadata> _ =
                            producer.send(new ProducerRecord<>(results, job.key(), answer));
                }
                producer.flush();
                consumer.commitSync();
            }
        }
    }
}
