package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.router.records.OutgoingRecords;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RouteStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
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
                                    JobId.of("acme", "b1", "a"),
                                    "acme",
                                    "b1",
                                    7L,
                                    Priority.NORMAL,
                                    null,
                                    submitted,
                                    "catalog",
                                    List.of("small"),
                                    0,
                                    0,
                                    0,
                                    null));
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
}
