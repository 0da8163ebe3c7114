package dev.millrace.standalone.e2e.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.simulator.calllog.CallLogSummary;
import dev.millrace.standalone.e2e.Batch;
import dev.millrace.standalone.e2e.CountedProvider;
import dev.millrace.standalone.e2e.Running;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** A repeated run continues a stopped one. The provider's ledger shows which calls were made. */
class StoppedRunIT {
    private static final int JOBS = 200;
    private static final List<String> CUSTOM_IDS = Batch.customIds(Batch.read(StoppedRun.INPUT));

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class WhenInterrupted {
        private final CountedProvider provider = CountedProvider.answeringAfter(StoppedRun.LATENCY);
        private StoppedRun run;

        @BeforeAll
        void interruptAndRepeatTheRun(@TempDir Path folder) {
            run = StoppedRun.of(folder, provider, Running::interrupt);
        }

        @AfterAll
        void close() {
            provider.close();
        }

        @Test
        void firstRunStopsEarlyWithTheExitCodeOfTheSignal() {
            assertThat(run.stopped().exitCode()).as(run.stopped()::toString).isEqualTo(128 + 2);
            assertThat(run.callsBefore()).isLessThan(JOBS);
        }

        @Test
        void secondRunReusesEveryAnswer() {
            assertThat(run.summary().path("reused").longValue()).isEqualTo(run.callsBefore());
        }

        @Test
        void everyJobHasOneResultInOrder() {
            assertThat(Batch.customIds(run.results())).isEqualTo(CUSTOM_IDS);
            assertThat(run.summary().path("succeeded").longValue()).isEqualTo(JOBS);
        }

        @Test
        void everyJobWasCalledOnceAndBilledOnce() {
            CallLogSummary calls = provider.calls();
            assertThat(calls.calls()).isEqualTo(JOBS);
            assertThat(calls.billed()).isEqualTo(JOBS);
            assertThat(calls.idempotencyKeys()).isEqualTo(JOBS);
        }

        @Test
        void costEqualsTheProvidersBillExactly() {
            assertThat(Batch.costUsd(run.results()))
                    .isPositive()
                    .isEqualByComparingTo(provider.billedUsd());
            assertThat(
                            run.summary()
                                    .path("cost_usd")
                                    .decimalValue()
                                    .add(run.summary().path("reused_cost_usd").decimalValue()))
                    .isEqualByComparingTo(provider.billedUsd());
        }
    }

    @Nested
    @TestInstance(Lifecycle.PER_CLASS)
    class WhenKilled {
        private final CountedProvider provider = CountedProvider.answeringAfter(StoppedRun.LATENCY);
        private StoppedRun run;

        @BeforeAll
        void killAndRepeatTheRun(@TempDir Path folder) {
            run = StoppedRun.of(folder, provider, Running::kill);
        }

        @AfterAll
        void close() {
            provider.close();
        }

        @Test
        void everyJobHasOneResultInOrder() {
            assertThat(run.callsBefore()).isLessThan(JOBS);
            assertThat(Batch.customIds(run.results())).isEqualTo(CUSTOM_IDS);
            assertThat(run.summary().path("succeeded").longValue()).isEqualTo(JOBS);
        }

        /** A call is in flight until its outcome is committed. */
        @Test
        void onlyCallsInFlightAreRepeated() {
            CallLogSummary calls = provider.calls();
            int inFlight = StoppedRun.MAX_CALLS;
            assertThat(calls.calls()).isBetween((long) JOBS, (long) JOBS + inFlight);
            assertThat(calls.billedMoreThanOnce()).isLessThanOrEqualTo(inFlight);
        }

        @Test
        void repeatedCallHasTheSameIdempotencyKey() {
            assertThat(provider.calls().idempotencyKeys()).isEqualTo(JOBS);
        }
    }
}
