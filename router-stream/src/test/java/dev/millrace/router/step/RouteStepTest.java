package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.AnswerWait;
import dev.millrace.contracts.header.AnswerWait.Chunks;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.topology.RouterDriver;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RouteStepTest {
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
            end(new JobEnd(new Route("catalog", routedTo), lane, null, 1, BigDecimal.ONE, 7));
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
    class WhenALineIsValid {
        private final String line = RouterDriver.line("a", "small") + "  ";

        @Test
        void bytesArriveUnchangedInTheTopicOfTheModel() {
            router.send(line);

            var jobs = router.jobs("small");

            assertThat(jobs).hasSize(1);
            assertThat(jobs.getFirst().value()).isEqualTo(line.getBytes(UTF_8));
        }

        @Test
        void keyIsTheJobId() {
            router.send(line);

            assertThat(router.jobs("small").getFirst().key())
                    .isEqualTo(JobId.of("default", "default", "a").value());
        }

        @Test
        void headersHaveAllRoutingDecisions() throws UnreadableHeader {
            var submitted = Instant.parse("2026-11-20T11:59:00Z");
            router.send(line, new SubmissionHeaders("acme", "b1", 7L, submitted, null));

            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()))
                    .isEqualTo(
                            new JobHeaders(
                                            new JobHeaders.Identity(
                                                    JobId.of("acme", "b1", "a"), "acme", "b1", 7L),
                                            new JobHeaders.Submission(
                                                    Priority.NORMAL, null, submitted),
                                            new JobHeaders.Route("catalog", List.of("small"), 0))
                                    .withTokens(new TokenEstimate(8, 500)));
        }

        @Test
        void tokensAreForwardedIfTheProducerAsksForIt() throws UnreadableHeader {
            router.send(line, SubmissionHeaders.NONE.withChunks(Chunks.ONCE));

            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).answerWait())
                    .isEqualTo(new AnswerWait(Chunks.ONCE, OnUnavailable.WAIT));
        }

        @Test
        void routedJobIsCounted() {
            router.send(line);

            assertThat(router.count("millrace.router.routed", "model", "small")).isOne();
        }
    }

    @Nested
    class WhenAJobTopicHasASmallerLimitThanConfigured {
        @Test
        void tooLargeJobIsRejectedAndOthersAreRouted() {
            router.maxRecordBytes.put("test.jobs.small.normal", 2_000);

            router.send(RouterDriver.line("a", "small") + " ".repeat(2_000));
            router.send(RouterDriver.line("b", "small"));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(ResultView.read(router.results().getFirst().value()).errorCode())
                    .isEqualTo("validation_error");
        }
    }

    @Nested
    class WhenARecordHasUserHeaders {
        private final RecordHeaders headers = new RecordHeaders();

        @Test
        void userHeadersAreKept() {
            headers.add("traceparent", "00-abc-def-01".getBytes(UTF_8));
            headers.add("x-team", "red".getBytes(UTF_8));

            send();

            var sent = router.jobs("small").getFirst().headers();
            assertThat(MillraceHeaders.text(sent, "traceparent")).contains("00-abc-def-01");
            assertThat(MillraceHeaders.text(sent, "x-team")).contains("red");
        }

        @Test
        void headersWithTheMillracePrefixAreRemoved() throws UnreadableHeader {
            headers.add(MillraceHeaders.ATTEMPTS, "5".getBytes(UTF_8));
            headers.add(MillraceHeaders.RESERVED_USD, "5".getBytes(UTF_8));

            send();

            var sent = router.jobs("small").getFirst().headers();
            assertThat(JobHeaders.read(sent).attempts()).isZero();
            assertThat(sent.lastHeader(MillraceHeaders.RESERVED_USD)).isNull();
        }

        @Test
        void jobWithTooManyHeadersIsRejected() {
            headers.add("x-huge", new byte[OutgoingRecords.MAX_USER_BYTES]);

            send();

            assertThat(router.jobs("small")).isEmpty();
            assertThat(ResultView.read(router.results().getFirst().value()).errorCode())
                    .isEqualTo("validation_error");
        }

        private void send() {
            router.send(
                    RouterDriver.TOPICS.requests(),
                    null,
                    RouterDriver.line("a", "small").getBytes(UTF_8),
                    headers);
        }
    }

    @Nested
    class WhenATenantSendsMoreThanItsBurst {
        @Test
        void surplusJobsGoToTheBulkLane() {
            send("acme", RouterDriver.BURST + 5);

            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST);
            assertThat(router.jobs("small", Lane.BULK)).hasSize(5);
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
            var bulk = router.jobs("small", Lane.BULK).getFirst();
            assertThat(bulk.key()).isEqualTo(JobId.of("acme", "b", "job-10").value());
            assertThat(bulk.value())
                    .isEqualTo(RouterDriver.line("job-10", "small").getBytes(UTF_8));
            assertThat(bulk.headers().toArray()).hasSameSizeAs(normal.headers().toArray());
        }
    }

    @Nested
    class WhenAJobHasAPriority {
        private void send(Priority priority, int jobs) {
            for (int i = 0; i < jobs; i++) {
                String line = RouterDriver.line(priority.word() + i, "small");
                router.send(
                        line.substring(0, line.length() - 1)
                                + ",\"millrace\":{\"priority\":\"%s\"}}".formatted(priority.word()),
                        new SubmissionHeaders("acme", "b", null, null, null));
            }
        }

        @ParameterizedTest
        @EnumSource
        void jobGoesToTheLaneOfItsPriority(Priority priority) {
            send(priority, 1);

            assertThat(router.jobs("small", Lane.of(priority))).hasSize(1);
        }

        @Test
        void surplusOfEveryPriorityGoesToTheBulkLane() {
            send(Priority.LOW, RouterDriver.BURST);
            send(Priority.CRITICAL, 5);

            assertThat(router.jobs("small", Lane.CRITICAL)).isEmpty();
            assertThat(router.jobs("small", Lane.BULK)).hasSize(5);
        }

        @Test
        void endOfAnUrgentJobAdmitsAnotherJob() {
            send(Priority.HIGH, RouterDriver.BURST);
            open.add(JobId.of("acme", "b", "high0"));
            end(1, Lane.HIGH, "small");

            send(Priority.NORMAL, 1);

            assertThat(router.jobs("small")).hasSize(1);
        }
    }

    @Nested
    class WhenALaneHasNoTopic {
        @Test
        void jobGoesToTheNormalLane() {
            router.maxRecordBytes.put("test.jobs.small.low", 0);

            String line = RouterDriver.line("a", "small");
            router.send(
                    line.substring(0, line.length() - 1) + ",\"millrace\":{\"priority\":\"low\"}}");

            assertThat(router.jobs("small")).hasSize(1);
        }

        @Test
        void surplusInTheNormalLaneIsCountedUntilItEnds() {
            router.maxRecordBytes.put("test.jobs.small.bulk", 0);
            send("acme", RouterDriver.BURST + 5);
            router.maxRecordBytes.remove("test.jobs.small.bulk");

            end(5, Lane.NORMAL, "small");
            send("acme", 1);
            end(1, Lane.NORMAL, "small");
            send("acme", 1);

            assertThat(router.jobs("small", Lane.BULK)).hasSize(1);
            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST + 6);
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
                new JobEnd(new Route("catalog", "small"), Lane.NORMAL, null, 1, BigDecimal.ONE, 7);

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
