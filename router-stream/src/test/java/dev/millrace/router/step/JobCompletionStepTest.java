package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.JobId;
import dev.millrace.router.dedupe.SeenEntry;
import dev.millrace.router.topology.RouterDriver;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class JobCompletionStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    private SeenEntry seen(String customId) {
        return SeenEntry.of(router.seenJobs(), JobId.of("default", "default", customId));
    }

    @Nested
    class WhenAJobEnds {
        @Test
        void timeOfTheEndIsStored() {
            router.send(RouterDriver.line("a", "small"));
            assertThat(seen("a").hasEnded()).isFalse();
            router.clock.advance(Duration.ofHours(5));

            router.end("a");

            assertThat(seen("a"))
                    .returns(true, SeenEntry::hasEnded)
                    .returns(router.clock.millis(), SeenEntry::atMillis);
        }

        @Test
        void changelogRecordHasTheTimeOfTheEnd() {
            router.send(RouterDriver.line("a", "small"));
            router.clock.advance(Duration.ofHours(5));

            router.end("a");

            assertThat(router.changelog("seen-jobs").getLast().timestamp())
                    .isEqualTo(router.clock.millis());
        }

        @Test
        void otherJobsStayUnfinished() {
            router.send(RouterDriver.line("a", "small"));
            router.send(RouterDriver.line("b", "small"));

            router.end("a");

            assertThat(seen("b").hasEnded()).isFalse();
        }

        @Test
        void onlyTheFirstEndCounts() {
            router.send(RouterDriver.line("a", "small"));
            router.end("a");
            long first = router.clock.millis();
            router.clock.advance(Duration.ofHours(1));

            router.end("a");

            assertThat(seen("a").atMillis()).isEqualTo(first);
        }
    }

    @Nested
    class WhenAWorkersClockIsWrong {
        private static final Duration DAY = Duration.ofHours(30);

        @Test
        void endIsNotBeforeTheJobArrived() {
            router.send(RouterDriver.line("a", "small"));

            router.end("a", DAY.negated());

            assertThat(seen("a").atMillis()).isEqualTo(router.clock.millis());
            router.send(RouterDriver.line("a", "small"));
            assertThat(router.jobs("small")).hasSize(1);
        }

        @Test
        void endIsNotAfterNow() {
            router.send(RouterDriver.line("a", "small"));

            router.end("a", DAY);

            assertThat(seen("a").atMillis()).isEqualTo(router.clock.millis());
            router.clock.advance(RouterDriver.WINDOW);
            router.send(RouterDriver.line("a", "small"));
            assertThat(router.jobs("small")).hasSize(2);
        }
    }

    @Nested
    class WhenACallDoesNotEndItsJob {
        @Test
        void nonFinalCostEventEndsNoJob() {
            router.send(RouterDriver.line("a", "small"));

            router.attempt("a");

            assertThat(seen("a").hasEnded()).isFalse();
        }
    }

    @Nested
    class WhenARecordIsUnknown {
        @Test
        void endOfAnUnknownJobStoresNothing() {
            router.end("never-seen");

            try (var entries = router.seenJobs().all()) {
                assertThat(entries).isExhausted();
            }
        }

        @Test
        void recordThatIsNoCostEventIsSkipped() {
            router.send(RouterDriver.line("a", "small"));

            router.send(RouterDriver.TOPICS.costs(), null, null, new RecordHeaders());
            router.send(
                    RouterDriver.TOPICS.costs(), null, "{}".getBytes(UTF_8), new RecordHeaders());
            router.send(RouterDriver.line("b", "small"));

            assertThat(seen("a").hasEnded()).isFalse();
            assertThat(router.jobs("small")).hasSize(2);
        }
    }
}
