package dev.millrace.worker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.worker.simulation.World.History;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.time.Happening;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.slf4j.LoggerFactory;

/**
 * The worker's loop in random histories. A history that breaks an invariant is reported with its
 * seed: {@code -Dmillrace.simulation.seed=N} runs it alone and prints how it went. {@code
 * -Dmillrace.simulation.histories=N} runs so many, and {@code -Dmillrace.simulation.first=N}
 * others.
 */
class SimulationTest {
    private static final String SEED = "millrace.simulation.seed";
    private static final int HISTORIES =
            Integer.getInteger("millrace.simulation.histories", 10_000);
    private static final long FIRST = Long.getLong("millrace.simulation.first", 0);
    private static final int MAX_LINES = 150;

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.millrace.worker");

    /** What goes wrong here goes wrong on purpose. */
    @BeforeAll
    static void silence() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOGGER.setLevel(null);
    }

    private static String describe(History history) {
        var lines = history.lines();
        return String.join(
                System.lineSeparator(),
                lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size()));
    }

    @Nested
    class InRandomHistories {
        @Test
        @Tag("long")
        @DisabledIfSystemProperty(named = SEED, matches = ".*", disabledReason = "one is asked for")
        void everyInvariantHolds() {
            var histories = Histories.run(FIRST, HISTORIES, EnumSet.allOf(Invariant.class));
            System.out.printf("%d histories:%n%s%n", HISTORIES, histories.table());

            assertThat(histories.broken())
                    .as(() -> describe(Histories.replay(histories.broken().orElseThrow().seed())))
                    .isEmpty();
            assertThat(histories.counts().keySet())
                    .as("what happens at all")
                    .containsExactlyInAnyOrder(Happening.values());
        }

        @Test
        void requestedSeedIsReplayed() {
            var history = Histories.replay(Long.getLong(SEED, FIRST));
            if (System.getProperty(SEED) != null) {
                System.out.println(describe(history));
            }

            assertThat(history.violation()).as(describe(history)).isNull();
            assertThat(history.lines()).isNotEmpty();
        }

        @Test
        void equalSeedsGiveEqualHistories() {
            assertThat(LongStream.range(FIRST, FIRST + 100))
                    .allSatisfy(
                            seed ->
                                    assertThat(Histories.replay(seed).digest())
                                            .isEqualTo(Histories.replay(seed).digest()));
        }
    }

    @Nested
    class AnInjectedFault {
        record Fault(Mutation mutation, Invariant caughtBy) {}

        static final List<Fault> FAULTS =
                List.of(
                        new Fault(Mutation.FORGET_LEDGER, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.FORGET_LEDGER, Invariant.RESENT_ONLY_AFTER_CRASH),
                        new Fault(Mutation.FORGET_LEDGER, Invariant.TRUE_LEDGER),
                        new Fault(Mutation.REMEMBER_COMMITTED, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.IGNORE_TAG, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.IGNORE_TAG, Invariant.TRUE_LEDGER),
                        new Fault(Mutation.NO_TOPIC_CHECK, Invariant.LIVENESS),
                        new Fault(Mutation.SKIP_INTENTS, Invariant.INTENT_FIRST),
                        new Fault(Mutation.SKIP_INTENTS, Invariant.ACCOUNTING),
                        new Fault(Mutation.COMMIT_BEFORE_PRODUCE, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.NO_OWNERSHIP_CHECK, Invariant.NO_SEND_WITHOUT_TOUCH),
                        new Fault(Mutation.NO_OWNERSHIP_CHECK, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.NO_WATCHDOG, Invariant.LIVENESS),
                        new Fault(Mutation.COUNT_FROM_ONE_AGAIN, Invariant.ATTEMPTS),
                        new Fault(Mutation.COUNT_FROM_ONE_AGAIN, Invariant.ACCOUNTING),
                        new Fault(Mutation.SETTLE_TWICE, Invariant.ONE_OUTCOME),
                        new Fault(
                                Mutation.DRAIN_WITHOUT_COMMIT,
                                Invariant.PLANNED_CHANGE_RESENDS_NOTHING),
                        new Fault(Mutation.TAKE_DOUBT_FOR_ABORTED, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.SEND_LATE, Invariant.NO_SEND_WITHOUT_TOUCH),
                        new Fault(Mutation.TAKE_LIMIT_FOR_GRANTED, Invariant.BOUNDS),
                        new Fault(Mutation.DELETE_ONE_MORE, Invariant.NOTHING_NEEDED_DELETED),
                        new Fault(Mutation.ONE_LANE, Invariant.BULK_WAITS),
                        new Fault(Mutation.IGNORE_AGE, Invariant.OLDEST_FIRST),
                        new Fault(Mutation.IGNORE_ORDERS, Invariant.ORDERS_OBEYED),
                        new Fault(Mutation.FAIL_WITH_A_POLL, Invariant.LOOP_STANDS),
                        new Fault(Mutation.FAIL_WITH_AN_OPENING, Invariant.LOOP_STANDS),
                        new Fault(Mutation.HIDE_FENCING, Invariant.ONE_OF_AN_INSTANCE),
                        new Fault(Mutation.TAKE_REFUSAL_FOR_ABORTED, Invariant.LIVENESS),
                        new Fault(Mutation.LEAVE_REFUSED_OUT, Invariant.ONE_OUTCOME),
                        new Fault(Mutation.FORGET_COST_OF_REFUSED, Invariant.ACCOUNTING),
                        new Fault(Mutation.FAIL_UNEXPECTEDLY, Invariant.LOOP_STANDS));

        @ParameterizedTest
        @Tag("long")
        @FieldSource("FAULTS")
        void faultIsCaughtByItsInvariantAlone(Fault fault) {
            var broken = Histories.search(fault.mutation, EnumSet.of(fault.caughtBy));

            assertThat(broken).isPresent();
        }

        @Test
        void everyInvariantAndMutationHasAFault() {
            assertThat(FAULTS).extracting(Fault::caughtBy).contains(Invariant.values());
            assertThat(FAULTS)
                    .extracting(Fault::mutation)
                    .containsAll(EnumSet.complementOf(EnumSet.of(Mutation.NONE)));
        }
    }
}
