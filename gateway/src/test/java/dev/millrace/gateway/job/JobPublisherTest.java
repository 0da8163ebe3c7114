package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class JobPublisherTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final MockProducer<byte[], byte[]> kafka =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final JobPublisher publisher = new JobPublisher(kafka, nanos::get);

    private CompletableFuture<Void> send() {
        return publisher.send(
                JobPublisher.request(
                        "requests",
                        JobId.of("acme", "gateway", "one"),
                        new SubmissionHeaders("acme", "gateway", null, Instant.EPOCH, null),
                        new byte[] {'{', '}'}));
    }

    @Test
    void failureIsAProblemForAMoment() {
        var sent = send();
        kafka.errorNext(new TimeoutException("no leader"));

        assertThat(sent).isCompletedExceptionally();
        assertThat(publisher.problem()).contains("no leader");
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(publisher.problem()).isEmpty();
    }

    /** A request can pass the check of {@link JobClient} just before the client is closed. */
    @Test
    void closedPublisherRefusesAJobLikeAnUnreachableCluster() {
        publisher.close();

        assertThat(send()).isCompletedExceptionally();
    }

    @Test
    void acknowledgedJobEndsTheProblem() {
        var _ = send();
        kafka.errorNext(new TimeoutException("no leader"));
        var sent = send();
        kafka.completeNext();

        assertThat(sent).isCompleted();
        assertThat(publisher.problem()).isEmpty();
    }

    @Test
    void failureOfOneRecordIsNoProblemOfOthers() {
        var tooLarge = send();
        kafka.errorNext(new RecordTooLargeException("too large"));
        var unauthorized = send();
        kafka.errorNext(new TopicAuthorizationException("not allowed"));

        assertThat(tooLarge).isCompletedExceptionally();
        assertThat(unauthorized).isCompletedExceptionally();
        assertThat(publisher.problem()).isEmpty();
    }

    /** A load balancer would otherwise take jobs of all tenants away from every gateway. */
    @Test
    void missingTopicOfATenantIsNoProblemOfOthers() {
        var missing = send();
        kafka.errorNext(
                new TimeoutException(
                        "requests not present in metadata",
                        new UnknownTopicOrPartitionException("no such topic")));
        var deleted = send();
        kafka.errorNext(new UnknownTopicOrPartitionException("no such topic"));

        assertThat(missing).isCompletedExceptionally();
        assertThat(deleted).isCompletedExceptionally();
        assertThat(publisher.problem()).isEmpty();
    }
}
