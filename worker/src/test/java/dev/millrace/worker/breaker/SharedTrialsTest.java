package dev.millrace.worker.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class SharedTrialsTest {
    private static final Duration LAG = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = BreakerCluster.OPEN_FOR.multipliedBy(10);

    /** Time in which all breakers close once the first trial has succeeded. */
    private static final Duration SPREAD = Duration.ofSeconds(10);

    /** Returns a cluster after an outage of its provider. */
    private static BreakerCluster afterOutage(int workers, Duration outage) {
        var cluster = new BreakerCluster(workers, LAG);
        cluster.isProviderDown = true;
        cluster.pass(outage);
        return cluster;
    }

    @Nested
    class AnOutage {
        @ParameterizedTest
        @CsvSource({"4, 10", "4, 60", "16, 10", "16, 60", "50, 60"})
        void workersMakeAsManyTrialsAsOneAlone(int workers, int minutes) {
            Duration outage = Duration.ofMinutes(minutes);

            int alone = afterOutage(1, outage).trials;
            int together = afterOutage(workers, outage).trials;

            assertThat(alone).isEqualTo(minutes == 10 ? 4 : 14);
            assertThat(together).isBetween(alone - 1, alone + 1);
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 5, 10, 60})
        void allWorkersContinueOnceOneTrialHasSucceeded(int minutes) {
            var cluster = afterOutage(4, Duration.ofMinutes(minutes));

            cluster.isProviderDown = false;

            assertThat(cluster.untilClosed()).isLessThan(LONGEST_WAIT.plus(SPREAD));
        }

        @Test
        void trialsAfterTheOutageAreFew() {
            var cluster = afterOutage(16, Duration.ofMinutes(10));
            int before = cluster.trials;

            cluster.isProviderDown = false;
            cluster.untilClosed();

            assertThat(cluster.trials - before).isEqualTo(3 * 16);
        }

        @Test
        void lateRecordsCauseFewMoreTrials() {
            var cluster = new BreakerCluster(4, Duration.ofSeconds(40));
            cluster.isProviderDown = true;
            cluster.pass(Duration.ofMinutes(10));

            assertThat(cluster.trials).isLessThanOrEqualTo(4 + 4);
        }

        @Test
        void workersWithoutControlTryByThemselves() {
            var cluster = new BreakerCluster(4, Duration.ofDays(1));
            cluster.isProviderDown = true;
            cluster.pass(Duration.ofMinutes(10));

            assertThat(cluster.trials).isEqualTo(4 * 4);
        }
    }

    @Nested
    class AWorkerThatDies {
        @Test
        void othersTakeItsTurns() {
            var cluster = afterOutage(4, Duration.ofMinutes(20));
            cluster.kill("w1");
            cluster.kill("w2");
            cluster.kill("w4");
            cluster.pass(Duration.ofMinutes(2));
            cluster.isProviderDown = false;

            assertThat(cluster.untilClosed()).isLessThan(LONGEST_WAIT.plus(SPREAD));
        }
    }

    @Nested
    class AWorkerThatEnds {
        @Test
        void othersDoNotTryAtOnce() {
            var cluster = afterOutage(4, Duration.ofMinutes(10));
            int before = cluster.trials;

            cluster.end("w1");
            cluster.pass(Duration.ofSeconds(30));

            assertThat(cluster.trials).isEqualTo(before);
        }

        @Test
        void eachOneAddsFewTrials() {
            var cluster = afterOutage(20, Duration.ofMinutes(60));
            int before = cluster.trials;

            for (int i = 1; i <= 10; i++) {
                cluster.end("w" + i);
                cluster.pass(Duration.ofSeconds(30));
            }

            assertThat(cluster.trials - before).isLessThanOrEqualTo(1 + 10);
        }
    }

    @Nested
    class AProviderThatRecoversForOneCall {
        @Test
        void trialsContinueSoonAfterIt() {
            var cluster = afterOutage(4, Duration.ofMinutes(10));
            cluster.isProviderDown = false;
            while (cluster.areAllOpen()) {
                cluster.pass(Duration.ofMillis(100));
            }
            cluster.isProviderDown = true;
            cluster.pass(Duration.ofSeconds(10));
            cluster.isProviderDown = false;

            assertThat(cluster.untilClosed()).isLessThan(Duration.ofSeconds(70));
        }
    }

    @Nested
    class AWorkerWithoutJobs {
        @Test
        void takesNoTurn() {
            var cluster = afterOutage(4, Duration.ofMinutes(20));
            cluster.node("w1").hasJobs = false;
            cluster.node("w2").hasJobs = false;
            cluster.node("w3").hasJobs = false;
            cluster.pass(Duration.ofMinutes(2));
            int before = cluster.trials;

            cluster.pass(Duration.ofMinutes(20));

            assertThat(cluster.trials - before).isBetween(3, 5);
        }
    }

    @Nested
    class AWorkerThatAloneCannotReachTheModel {
        @Test
        void triesByItselfAndDelaysNobody() {
            var cluster = new BreakerCluster(4, LAG);
            cluster.node("w2").isCutOff = true;
            cluster.pass(Duration.ofMinutes(10));
            assertThat(cluster.trials).isEqualTo(4);

            cluster.isProviderDown = true;
            cluster.pass(Duration.ofSeconds(20));
            cluster.isProviderDown = false;
            cluster.pass(LONGEST_WAIT.plus(SPREAD));

            assertThat(cluster.node("w1").isClosed()).isTrue();
            assertThat(cluster.node("w3").isClosed()).isTrue();
            assertThat(cluster.node("w4").isClosed()).isTrue();
        }
    }

    @Nested
    class AWorkerThatCannotWriteToControl {
        @Test
        void triesByItselfAndTheOthersTakeTurns() {
            var cluster = new BreakerCluster(4, LAG);
            cluster.node("w4").isSilent = true;
            cluster.isProviderDown = true;
            cluster.pass(Duration.ofMinutes(60));

            assertThat(cluster.trials).isLessThanOrEqualTo(14 + 14);
        }
    }
}
