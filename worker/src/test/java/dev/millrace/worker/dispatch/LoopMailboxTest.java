package dev.millrace.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Lane;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.dispatch.Mailbox.Finished;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.JobTopic;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.port.Providers.CallReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopMailboxTest {
    private final Partition critical = Jobs.active(new JobTopic("m", Lane.EXPRESS));
    private final Partition normal = Jobs.active();
    private int wakeups;
    private final LoopMailbox mailbox = new LoopMailbox(() -> wakeups++);

    private void put(Partition partition, long offset) {
        Job job = Jobs.ready(partition, offset);
        job.onAnnounced();
        var verdict = Verdict.unsent(ErrorCode.MALFORMED_REQUEST, "test");
        var report = new CallReport(null, "", verdict, false, Duration.ZERO, null);
        mailbox.put(new Finished(job.onLaunched(Jobs.NOW), report));
    }

    private List<Boolean> takeAll() {
        var areCritical = new ArrayList<Boolean>();
        for (var next = mailbox.take(Duration.ZERO);
                next != null;
                next = mailbox.take(Duration.ZERO)) {
            areCritical.add(next.call().isCritical());
        }
        return areCritical;
    }

    @Test
    void reportsOfCriticalJobsAreFirstAndOthersProgress() {
        for (int i = 0; i < 6; i++) {
            put(normal, i);
        }
        for (int i = 0; i < 6; i++) {
            put(critical, i);
        }

        assertThat(takeAll())
                .containsExactly(
                        true, true, true, false, true, true, true, false, false, false, false,
                        false);
        assertThat(mailbox.isEmpty()).isTrue();
    }

    @Test
    void pollingLoopIsWokenOnce() {
        put(normal, 0);
        assertThat(wakeups).isZero();

        mailbox.setLoopPolling(true);
        put(normal, 1);
        put(critical, 0);

        assertThat(wakeups).isEqualTo(1);
    }

    @Test
    void nothingIsTakenFromAnEmptyMailbox() {
        assertThat(mailbox.take(Duration.ofNanos(1))).isNull();
    }
}
