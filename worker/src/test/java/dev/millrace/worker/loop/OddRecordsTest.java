package dev.millrace.worker.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a record claims never ends the loop, nor takes more than is counted. */
class OddRecordsTest {
    private final FakeCluster cluster = new FakeCluster();

    @Nested
    class ATimeOfSubmission {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "+1000000000-12-31T23:59:59.999999999Z",
                    "-1000000000-01-01T00:00:00Z",
                    "+292278994-08-17T07:12:55.808Z"
                })
        void farFromAnyOtherIsTaken(String time) {
            cluster.jobSubmitted(0, 0, Instant.parse(time));
            var worker = new TestWorker(cluster).owning(0);
            worker.providers.answer("0-0");
            worker.turn(1);

            assertThat(cluster.resultIds()).containsExactly("0-0");
        }
    }

    @Nested
    class AHeaderOfSomebodyElse {
        @Test
        void countsAsHeldUntilItsJobHasEnded() {
            cluster.job(0, 0);
            cluster.header(0, 0, 50_000);
            var worker = new TestWorker(cluster).owning(0);
            assertThat(heldBytes(worker)).isBetween(50_000.0, 52_000.0);

            worker.providers.answer("0-0");
            worker.turn(2);
            assertThat(heldBytes(worker)).isZero();
        }

        @Test
        void countsAsHeldUntilItsDeadLetterIsWritten() {
            cluster.record(0, 0, new RecordHeaders(), "{}");
            cluster.header(0, 0, 50_000);
            var worker = new TestWorker(cluster).owning(0);
            worker.turn(2);

            assertThat(cluster.deadLetters()).hasSize(1);
            assertThat(heldBytes(worker)).isZero();
        }

        private static double heldBytes(TestWorker worker) {
            return worker.registry.get("millrace.worker.held.bytes").gauge().value();
        }
    }
}
