package dev.millrace.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.job.JobId;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class JobTicketTest {
    private final PendingJob job =
            new PendingJob(
                    new JobIdentity("a", JobId.of("acme", "b", "a"), 0),
                    "acme",
                    "b",
                    null,
                    Instant.MAX);
    private final JobTicket ticket = new JobTicket(job, null, _ -> {});

    @Test
    void acceptanceIsAwaited() {
        var waiting = CompletableFuture.runAsync(ticket::requireAccepted);
        assertThat(waiting).isNotDone();

        job.onAccepted();

        assertThatCode(waiting::join).doesNotThrowAnyException();
    }

    @Test
    void jobThatIsNotAcceptedEndsTheWaitWithItsRefusal() {
        var refusal = JobRefusal.unavailable("Kafka did not accept the request in time");
        job.onRefused(refusal);

        assertThatThrownBy(ticket::requireAccepted).isSameAs(refusal);
    }
}
