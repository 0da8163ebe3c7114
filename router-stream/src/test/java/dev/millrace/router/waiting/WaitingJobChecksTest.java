package dev.millrace.router.waiting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlStateBuilder;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.job.JobId;
import dev.millrace.router.entry.TreeStore;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingJobChecksTest {
    /** More than one turn visits. */
    private static final int JOBS = 2_000;

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Instant now = NOW;
    private final ControlStateBuilder control = new ControlStateBuilder();
    private final WaitingJobStore jobs = new WaitingJobStore(new TreeStore());
    private final List<String> ended = new ArrayList<>();

    private final class Ends implements WaitingJobChecks.WaitingJobEnds {
        @Override
        public WaitingJob readOrEnd(String group, long sequence, byte[] stored) {
            return job(group, sequence);
        }

        @Override
        public boolean isEnding(WaitingJob job) {
            return false;
        }

        @Override
        public void end(WaitingJob job, byte[] stored, Rejection why) {
            jobs.remove(job);
            ended.add(job.batch() + " " + why.error().code());
        }
    }

    private static WaitingJob job(String group, long sequence) {
        String batch = "b" + sequence;
        return new WaitingJob(
                group, sequence, JobId.of("acme", batch, "1"), "acme", batch, NOW, null, null);
    }

    private void cancel(String batch) {
        ControlRecord record =
                new OperatorCommand(NOW, "me").record(new ControlKey.CancelBatch("acme", batch));
        var _ = control.add(record.key().text(), record.value());
    }

    private WaitingJobChecks checksOfWaitingJobs() {
        String group = "0".repeat(64);
        for (int i = 0; i < JOBS; i++) {
            jobs.add(job(group, i), "record".getBytes(UTF_8));
        }
        return new WaitingJobChecks(jobs, control::state, () -> now, "nothing", new Ends());
    }

    /** Runs enough turns for a visit of all jobs. */
    private void visitAll(WaitingJobChecks checks) {
        for (int turn = 0; turn < JOBS; turn++) {
            checks.endCancelled();
        }
    }

    @Test
    void changesDoNotKeepAVisitFromEnding() {
        var checks = checksOfWaitingJobs();
        cancel("b" + (JOBS - 1));

        // Each turn sees another state of control.
        for (int turn = 0; turn < JOBS && ended.isEmpty(); turn++) {
            cancel("other" + turn);
            checks.endCancelled();
        }

        assertThat(ended).containsExactly("b" + (JOBS - 1) + " cancelled");
    }

    @Test
    void changeDuringAVisitIsFollowedByAnother() {
        var checks = checksOfWaitingJobs();
        cancel("unknown");
        checks.endCancelled();
        cancel("b0");
        now = now.plusSeconds(1);

        visitAll(checks);

        assertThat(ended).containsExactly("b0 cancelled");
    }

    @Test
    void visitBeginsOnceASecondAtMost() {
        var checks = checksOfWaitingJobs();
        cancel("unknown");
        visitAll(checks);
        cancel("b0");
        now = now.plusMillis(999);

        visitAll(checks);
        assertThat(ended).isEmpty();

        now = now.plusMillis(1);
        visitAll(checks);
        assertThat(ended).containsExactly("b0 cancelled");
    }
}
