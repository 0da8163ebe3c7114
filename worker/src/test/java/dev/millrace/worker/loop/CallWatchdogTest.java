package dev.millrace.worker.loop;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A call always ends for the loop, even when its thread has died without a report. */
class CallWatchdogTest {
    private static final String ONE_SLOT = "max_in_flight: 1, timeouts: { total: 2m }";

    /** Time for a report after the total timeout, and again after the call is aborted. */
    private static final Duration MARGIN = ofSeconds(30);

    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class ACallThatOutlivesItsTime {
        private TestWorker worker;

        @BeforeEach
        void startTheCall() {
            cluster.jobs(0, 2);
            worker = new TestWorker(cluster, ONE_SLOT).owning(0);
            assertThat(worker.providers.calls).containsExactly("0-0");
        }

        private void pass(Duration time) {
            worker.time.advance(time);
            worker.turn(3);
        }

        @Test
        void callIsNotAbortedBeforeTheMarginAfterItsTimeout() {
            pass(ofMinutes(2).plus(MARGIN).minus(ofSeconds(1)));

            assertThat(worker.providers.cancelled).isEmpty();
        }

        @Test
        void overdueCallIsAbortedAndMayStillReport() {
            pass(ofMinutes(3));
            assertThat(worker.providers.cancelled).containsExactly("0-0");

            worker.providers.answer("0-0");
            pass(ofMinutes(3));
            assertThat(cluster.costs().getFirst().kind()).isEqualTo(CostKind.BILLED);
            assertThat(worker.providers.calls).containsExactly("0-0", "0-1");
        }

        @Test
        void lostCallIsUncertainAndFreesItsSlot() {
            pass(ofMinutes(3));
            pass(MARGIN);

            assertThat(cluster.costs())
                    .singleElement()
                    .extracting(CostEvent::kind, CostEvent::attempt, CostEvent::isFinal)
                    .containsExactly(CostKind.UNCERTAIN, 1, false);
            assertThat(worker.providers.calls).hasSize(2);
        }

        @Test
        void lateReportOfALostCallIsIgnored() {
            Runnable lateReport = worker.providers.delayAnswer("0-0");
            pass(ofMinutes(3));
            pass(MARGIN);
            assertThat(worker.providers.calls).hasSize(2);

            lateReport.run();
            worker.turn(3);
            assertThat(worker.providers.calls).as("the only slot is in use").hasSize(2);
            assertThat(cluster.results()).isEmpty();
        }

        @Test
        void lostCallFreesItsSlotThoughItsPartitionWasLost() {
            worker.source.lose(0);
            worker.source.assign(1);
            cluster.jobs(1, 1);
            pass(ofMinutes(3));
            assertThat(worker.providers.calls).containsExactly("0-0");

            pass(MARGIN);
            assertThat(worker.providers.calls).containsExactly("0-0", "1-0");
        }
    }
}
