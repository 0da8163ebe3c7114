package dev.millrace.bench.contender;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A member of a share group (KIP-932) that processes each record of a poll on a virtual thread. It
 * acknowledges the records when all their results are written, because Kafka lets a member poll
 * again only then; each job has at least one result.
 */
record ShareGroupMember(ContenderTask task, int maxRecords, AnsweredJobs answered)
        implements Runnable {
    private static final Duration POLL = Duration.ofMillis(100);

    @Override
    public void run() {
        try (var consumer = task.clients().shareConsumer(task.jobTopics(), maxRecords)) {
            while (true) {
                var jobs = consumer.poll(POLL);
                var unwritten = new CountDownLatch(jobs.count());
                jobs.forEach(job -> answered.start(job, unwritten::countDown));
                unwritten.await();
                jobs.forEach(consumer::acknowledge);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a member was interrupted unexpectedly", e);
        }
    }
}
