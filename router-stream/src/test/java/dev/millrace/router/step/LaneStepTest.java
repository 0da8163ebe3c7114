package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.router.records.OutgoingRecords;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LaneStepTest {
    private final RouterDriver router = new RouterDriver();
    private final Deque<JobId> open = new ArrayDeque<>();
    private int sent;

    @AfterEach
    void close() {
        router.close();
    }

    private void send(String tenant, int jobs) {
        for (int i = 0; i < jobs; i++) {
            String customId = "job-" + sent++;
            router.send(
                    RouterDriver.line(customId, "small"),
                    new SubmissionHeaders(tenant, "b", null, null, null));
            open.add(JobId.of(tenant, "b", customId));
        }
    }

    private void end(int jobs, Lane lane, String routedTo) {
        for (int i = 0; i < jobs; i++) {
            end(new JobEnd("catalog", routedTo, lane, null, 1, BigDecimal.ONE, 7));
        }
    }

    private void end(@Nullable JobEnd end) {
        end(open.remove(), end);
    }

    private void end(JobId job, @Nullable JobEnd end) {
        var event = CostEvent.withoutCall(job, "acme", "b");
        router.end(end == null ? event : event.with(end));
    }

    private int entries() {
        var all = new ArrayList<>();
        try (var entries = router.pace().all()) {
            entries.forEachRemaining(all::add);
        }
        return all.size();
    }

    @Nested
    class WhenATenantSendsMoreThanItsBurst {
        @Test
        void surplusJobsGoToTheBulkLane() {
            send("acme", RouterDriver.BURST + 5);

            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST);
            assertThat(router.bulkJobs("small")).hasSize(5);
        }

        @Test
        void jobsOfAnotherTenantGoToTheNormalLane() {
            send("acme", 100);
            router.jobs("small");
            send("other", RouterDriver.BURST);

            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST);
        }

        @Test
        void jobsOfTheTenantForAnotherModelGoToTheNormalLane() {
            send("acme", 100);
            router.send(
                    RouterDriver.line("c", "claude").replace("chat/completions", "messages"),
                    new SubmissionHeaders("acme", "b", null, null, null));

            assertThat(router.jobs("claude")).hasSize(1);
        }

        @Test
        void bulkAndNormalJobsHaveEqualRecords() {
            send("acme", RouterDriver.BURST + 1);

            var normal = router.jobs("small").getLast();
            var bulk = router.bulkJobs("small").getFirst();
            assertThat(bulk.key()).isEqualTo(JobId.of("acme", "b", "job-10").value());
            assertThat(bulk.value())
                    .isEqualTo(RouterDriver.line("job-10", "small").getBytes(UTF_8));
            assertThat(bulk.headers().toArray()).hasSameSizeAs(normal.headers().toArray());
        }
    }

    @Nested
    class WhenJobsOfTheNormalLaneEnd {
        @Test
        void equallyManyJobsMayFollow() {
            send("acme", 100);
            end(4, Lane.NORMAL, "small");
            router.jobs("small");
            send("acme", 100);

            assertThat(router.jobs("small")).hasSize(4);
        }

        @Test
        void storeIsEmptyOnceAllHaveEnded() {
            send("acme", 100);
            end(RouterDriver.BURST, Lane.NORMAL, "small");

            assertThat(entries()).isZero();
        }
    }

    @Nested
    class WhenAnEndIsReadAgain {
        private final JobEnd end =
                new JobEnd("catalog", "small", Lane.NORMAL, null, 1, BigDecimal.ONE, 7);

        @Test
        void repeatedEndAdmitsOnlyOneJob() {
            send("acme", 100);
            JobId job = open.remove();
            for (int i = 0; i < 20; i++) {
                end(job, end);
            }
            router.jobs("small");
            send("acme", 100);

            assertThat(router.jobs("small")).hasSize(1);
        }

        @Test
        void endOfAnUnknownJobAdmitsNoJob() {
            send("acme", 100);
            end(JobId.of("acme", "b", "never-sent"), end);
            router.jobs("small");
            send("acme", 100);

            assertThat(router.jobs("small")).isEmpty();
        }
    }

    @Nested
    class WhenOtherJobsEnd {
        @Test
        void endsOnTheBulkLaneAdmitNoJobs() {
            send("acme", 100);
            end(50, Lane.BULK, "small");
            router.jobs("small");
            send("acme", 1);

            assertThat(router.jobs("small")).isEmpty();
        }

        @Test
        void endsAtAnotherModelAdmitNoJobs() {
            send("acme", 100);
            end(50, Lane.NORMAL, "claude");
            router.jobs("small");
            send("acme", 1);

            assertThat(router.jobs("small")).isEmpty();
        }

        @Test
        void endsWithoutRoutingDataAreIgnored() {
            send("acme", 100);
            end(null);
            end(JobEnd.unrouted("budget_exceeded"));

            assertThat(entries()).isOne();
        }
    }

    @Nested
    class WhenAJobIsRejectedForItsHeaders {
        @Test
        void jobDoesNotCountForTheLane() {
            var headers = new RecordHeaders();
            headers.add("large", new byte[OutgoingRecords.MAX_USER_BYTES + 1]);
            router.send(
                    RouterDriver.TOPICS.requests(),
                    null,
                    RouterDriver.line("a", "small").getBytes(UTF_8),
                    headers);

            assertThat(entries()).isZero();
        }
    }

    @Nested
    class WhenTheBulkTopicHasASmallerLimit {
        @Test
        void jobTooLargeForTheBulkTopicGoesToTheNormalLane() {
            router.maxRecordBytes.put("test.jobs.small.bulk", 100);

            send("acme", RouterDriver.BURST + 1);

            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST + 1);
        }
    }
}
