package dev.millrace.bench.contender;

import dev.millrace.bench.provider.Caller;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Answers each job on a virtual thread, with bounded concurrency. Thread-safe. */
final class AnsweredJobs implements AutoCloseable {
    private final String results;
    private final Caller caller;
    private final Semaphore permits;
    private final Producer<byte[], byte[]> producer;

    AnsweredJobs(ContenderTask task) {
        results = task.results();
        caller = task.work().caller(task.concurrency());
        permits = new Semaphore(task.concurrency());
        producer = task.clients().idempotentProducer();
    }

    /**
     * Starts a job; blocks while as many jobs as allowed are running.
     *
     * @param onWritten is called on the producer's thread when the result is written
     */
    void start(ConsumerRecord<byte[], byte[]> job, Runnable onWritten) {
        permits.acquireUninterruptibly();
        Thread.ofVirtual().start(() -> answer(job, onWritten));
    }

    private void answer(ConsumerRecord<byte[], byte[]> job, Runnable onWritten) {
        var result = new ProducerRecord<>(results, job.key(), caller.answer(job.value()));
        Future<RecordMetadata> _ =
                producer.send(
                        result,
                        (_, failure) -> {
                            if (failure != null) {
                                throw new IllegalStateException(
                                        "a result could not be written", failure);
                            }
                            onWritten.run();
                            permits.release();
                        });
    }

    @Override
    public void close() {
        producer.close();
    }
}
