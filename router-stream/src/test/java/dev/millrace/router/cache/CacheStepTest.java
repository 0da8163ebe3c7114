package dev.millrace.router.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.WorkerAnswers;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Tests the way of jobs with a cache key through the whole topology. */
class CacheStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private static String asking(String customId) {
        return RouterDriver.line(customId, "small")
                .replaceFirst("\\{", "{\"millrace\":{\"cache\":\"exact\"},");
    }

    private static JobId id(String customId) {
        return JobId.of("default", "default", customId);
    }

    private void answer(String cacheKey, String customId, byte @Nullable [] line) {
        WorkerAnswers.send(router, cacheKey, customId, line);
    }

    private static byte[] success(String customId) {
        return WorkerAnswers.success(customId, "0.5");
    }

    /** Sends a job and returns its cache key. */
    private String call(String customId) throws UnreadableHeader {
        router.send(asking(customId));
        return cacheKey();
    }

    private String cacheKey() throws UnreadableHeader {
        var headers = JobHeaders.read(router.lookups().getLast().headers());
        return Objects.requireNonNull(headers.cacheKey());
    }

    private CostEvent cost() {
        return CostEventCodec.read(Objects.requireNonNull(router.costs().getLast().value()));
    }

    @Nested
    class AJobThatAsks {
        @Test
        void jobPassesTheLookupsTopicUnchanged() throws UnreadableHeader {
            router.send(asking("a"));

            var lookup = router.lookups().getFirst();
            var headers = JobHeaders.read(lookup.headers());
            assertThat(lookup.key()).isEqualTo(headers.cacheKey()).matches("[0-9a-f]{64}");
            assertThat(lookup.value()).isEqualTo(asking("a").getBytes(UTF_8));
            assertThat(MillraceHeaders.text(lookup.headers(), MillraceHeaders.JOB_TOPIC))
                    .contains("test.jobs.small.normal");
            var job = router.jobs("small").getFirst();
            assertThat(job.key()).isEqualTo(id("a").value());
            assertThat(job.value()).isEqualTo(lookup.value());
            assertThat(JobHeaders.read(job.headers())).isEqualTo(headers);
            assertThat(job.headers().lastHeader(MillraceHeaders.JOB_TOPIC)).isNull();
            assertThat(router.count("millrace.router.routed", "model", "small")).isOne();
        }

        @Test
        void identicalJobsAreCalledOnce() throws UnreadableHeader {
            String key = call("a");
            router.send(asking("b"));
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.results()).isEmpty();

            answer(key, "a", success("a"));

            var result = router.results().getFirst();
            assertThat(result.key()).isEqualTo(id("b").value());
            assertThat(new String(Objects.requireNonNull(result.value()), UTF_8))
                    .contains("\"custom_id\":\"b\"", "\"cache\":\"collapsed\"");
            assertThat(cost().jobId()).isEqualTo(id("b"));
        }

        @Test
        void laterJobGetsTheStoredAnswer() throws UnreadableHeader {
            answer(call("a"), "a", success("a"));
            router.send(asking("b"));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.results()).hasSize(1);
            CostEvent cost = cost();
            assertThat(cost.kind()).isEqualTo(CostKind.SAVED);
            assertThat(cost.savedUsd()).isEqualByComparingTo("0.5");
        }

        @Test
        void jobThatWasAnsweredHasEnded() throws UnreadableHeader {
            answer(call("a"), "a", success("a"));
            router.send(asking("b"));
            router.pass(RouterDriver.WINDOW);
            router.send(asking("b"));

            assertThat(router.deadLetters()).isEmpty();
            assertThat(router.lookups()).hasSize(2);
        }

        @Test
        void jobsOnTheBulkLaneGoThereAfterTheLookup() throws UnreadableHeader {
            for (int i = 0; i < RouterDriver.BURST + 3; i++) {
                String line = asking("job-" + i).replace("[]", "[" + i + "]");
                router.send(line);
            }

            assertThat(router.jobs("small")).hasSize(RouterDriver.BURST);
            assertThat(router.jobs("small", Lane.BULK)).hasSize(3);
        }

        @Test
        void jobIsCalledWithoutALookupIfTheTopicDoesNotTakeIt() {
            router.maxRecordBytes.put("test.lookups", 100);
            router.send(asking("a"));

            assertThat(router.lookups()).isEmpty();
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.count("millrace.router.cache", "result", "bypass")).isOne();
        }

        @Test
        void jobWithADuplicateKeyIsCalledWithoutALookup() {
            router.send(asking("a").replace("\"messages\":[]", "\"n\":1,\"messages\":[],\"n\":1"));

            assertThat(router.lookups()).isEmpty();
            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.count("millrace.router.cache", "result", "bypass")).isOne();
        }
    }

    @Nested
    class AJobThatDoesNotAsk {
        @Test
        void jobTakesTheShortWay() throws UnreadableHeader {
            router.send(RouterDriver.line("a", "small"));

            assertThat(router.lookups()).isEmpty();
            assertThat(JobHeaders.read(router.jobs("small").getFirst().headers()).cacheKey())
                    .isNull();
        }
    }

    @Nested
    class OtherRecords {
        @Test
        void recordOfAnotherProgramIsIgnored() throws UnreadableHeader {
            String key = call("a");
            var bytes = "x".getBytes(UTF_8);
            router.send(RouterDriver.TOPICS.answers(), null, bytes, new RecordHeaders());
            router.send(RouterDriver.TOPICS.answers(), bytes, bytes, new RecordHeaders());
            router.send(
                    RouterDriver.TOPICS.answers(), key.getBytes(UTF_8), null, new RecordHeaders());
            router.send(asking("b"));

            assertThat(router.jobs("small")).hasSize(1);
            assertThat(router.results()).isEmpty();
        }

        @Test
        void lookupOfAnotherProgramBecomesADeadLetter() {
            router.send(
                    RouterDriver.TOPICS.lookups(), null, "x".getBytes(UTF_8), new RecordHeaders());

            var letter = router.deadLetters().getFirst();
            assertThat(MillraceHeaders.text(letter.headers(), MillraceHeaders.REASON))
                    .contains("malformed_request");
            assertThat(MillraceHeaders.text(letter.headers(), MillraceHeaders.ORIGIN_TOPIC))
                    .contains("test.lookups");
        }
    }

    @Nested
    class Statistics {
        @Test
        void statisticsOfThePartitionGoToControl() throws UnreadableHeader {
            answer(call("a"), "a", success("a"));
            router.pass(Duration.ofSeconds(10));

            var written = router.controlRecords().getFirst();
            assertThat(written.key()).isEqualTo("cache/0");
            var stats =
                    Objects.requireNonNull(
                            ControlState.EMPTY
                                    .with(written.key(), written.value())
                                    .cache()
                                    .partitions()
                                    .get(0));
            assertThat(stats.entries()).isOne();
            assertThat(stats.misses()).isOne();
        }
    }
}
