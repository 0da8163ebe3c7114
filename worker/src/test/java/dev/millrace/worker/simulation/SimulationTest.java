package dev.millrace.worker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.testwaits.Seeds;
import dev.millrace.worker.simulation.mutation.CallMutation;
import dev.millrace.worker.simulation.mutation.JobMutation;
import dev.millrace.worker.simulation.mutation.Mutation;
import dev.millrace.worker.simulation.mutation.TopicMutation;
import dev.millrace.worker.simulation.mutation.TransactionMutation;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.slf4j.LoggerFactory;

/** Runs the worker's loop through random histories. A failure prints the history's events. */
@Tag("slow")
class SimulationTest {
    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger("dev.millrace.worker");

    /** The loop would log each deliberate fault. */
    @BeforeAll
    static void silenceLogging() {
        LOGGER.setLevel(Level.OFF);
    }

    @AfterAll
    static void restoreLogging() {
        LOGGER.setLevel(null);
    }

    /**
     * Of the seeds that have failed, 2587 had no report while it drained, 8102 aborted a call
     * before its connection was open, one paused a process between the start of a call and its
     * sending, in the next one all calls failed at once before all jobs waited to retry, and in the
     * last two hardly a call had been accepted when a limit seemed to be used up.
     */
    @Seeds(
            value = 300,
            all = 10_000,
            failed = {
                2_587,
                8_102,
                2_012_974_209_550_183_273L,
                6_604_129_908_897_738_699L,
                3_769_800_510_738_646_373L,
                4_985_895_038_711_594_761L
            })
    void everyInvariantHolds(long seed) {
        assertThat(Histories.run(seed, false).violation())
                .as(() -> String.join("\n", Histories.run(seed, true).lines()))
                .isNull();
    }

    @Seeds(100)
    void equalSeedsGiveEqualHistories(long seed) {
        assertThat(Histories.run(seed, false).digest())
                .isEqualTo(Histories.run(seed, true).digest());
    }

    @Test
    @Tag("long")
    void everyEventOccurs() {
        assertThat(Histories.missingEvents()).isEmpty();
    }

    @Nested
    class AnInjectedFault {
        record Fault(Mutation mutation, Invariant caughtBy) {}

        static final List<Fault> FAULTS =
                List.of(
                        new Fault(TopicMutation.FORGET_LEDGER, Invariant.ONE_OUTCOME),
                        new Fault(TopicMutation.FORGET_LEDGER, Invariant.RESENT_ONLY_AFTER_FAILURE),
                        new Fault(TopicMutation.FORGET_LEDGER, Invariant.LEDGER_MATCHES_OUTCOMES),
                        new Fault(TopicMutation.CACHE_COMMITTED_OFFSETS, Invariant.ONE_OUTCOME),
                        new Fault(TopicMutation.IGNORE_TOPIC_TAG, Invariant.ONE_OUTCOME),
                        new Fault(
                                TopicMutation.IGNORE_TOPIC_TAG, Invariant.LEDGER_MATCHES_OUTCOMES),
                        new Fault(TopicMutation.NO_TOPIC_CHECK, Invariant.LIVENESS),
                        new Fault(TransactionMutation.SKIP_INTENTS, Invariant.INTENT_FIRST),
                        new Fault(TransactionMutation.SKIP_INTENTS, Invariant.ACCOUNTING),
                        new Fault(
                                TransactionMutation.SKIP_STANDING_INTENTS, Invariant.INTENT_FIRST),
                        new Fault(TransactionMutation.SKIP_STANDING_INTENTS, Invariant.ACCOUNTING),
                        new Fault(TopicMutation.FORGET_STANDING_INTENTS, Invariant.INTENT_FIRST),
                        new Fault(TopicMutation.FORGET_STANDING_INTENTS, Invariant.ACCOUNTING),
                        new Fault(
                                TopicMutation.FORGET_FREE_ATTEMPTS,
                                Invariant.UNCERTAIN_ONLY_WITH_INTENT),
                        new Fault(
                                TransactionMutation.STAND_FOR_EVER,
                                Invariant.UNCERTAIN_ONLY_WITH_INTENT),
                        new Fault(JobMutation.IGNORE_TIMESTAMPS, Invariant.INTENT_FIRST),
                        new Fault(TransactionMutation.COMMIT_OFFSETS_FIRST, Invariant.ONE_OUTCOME),
                        new Fault(
                                JobMutation.HIDE_REVOCATIONS, Invariant.NO_SEND_WITHOUT_OWNERSHIP),
                        new Fault(JobMutation.HIDE_REVOCATIONS, Invariant.ONE_OUTCOME),
                        new Fault(CallMutation.NO_WATCHDOG, Invariant.LIVENESS),
                        new Fault(TopicMutation.FORGET_ATTEMPTS, Invariant.ATTEMPTS),
                        new Fault(TopicMutation.FORGET_ATTEMPTS, Invariant.ACCOUNTING),
                        new Fault(TopicMutation.FORGET_ATTEMPTS, Invariant.BUDGET_KEPT),
                        new Fault(TopicMutation.FORGET_FREE_ATTEMPTS, Invariant.BUDGET_KEPT),
                        new Fault(JobMutation.BELIEVE_PLANNED_PRICES, Invariant.BUDGET_KEPT),
                        new Fault(TransactionMutation.FORGET_SPENDING, Invariant.BUDGET_KEPT),
                        new Fault(CallMutation.UNCERTAIN_IS_FREE, Invariant.BUDGET_KEPT),
                        new Fault(CallMutation.IGNORE_STATED_COST, Invariant.ACCOUNTING),
                        new Fault(TransactionMutation.WRITE_TWICE, Invariant.ONE_OUTCOME),
                        new Fault(
                                JobMutation.REPORT_REVOCATION_AS_LOSS,
                                Invariant.PLANNED_CHANGE_RESENDS_NOTHING),
                        new Fault(
                                TransactionMutation.TREAT_UNKNOWN_AS_ABORTED,
                                Invariant.ONE_OUTCOME),
                        new Fault(
                                CallMutation.IGNORE_SEND_WINDOW,
                                Invariant.NO_SEND_WITHOUT_OWNERSHIP),
                        new Fault(TopicMutation.ASSUME_DEFAULT_METADATA_LIMIT, Invariant.BOUNDS),
                        new Fault(TopicMutation.DELETE_ONE_TOO_MANY, Invariant.NEEDED_RECORDS_KEPT),
                        new Fault(JobMutation.ONE_MODEL, Invariant.MODELS_ISOLATED),
                        new Fault(JobMutation.ONE_LANE, Invariant.LANES_BY_WEIGHT),
                        new Fault(JobMutation.EQUAL_WEIGHTS, Invariant.LANES_BY_WEIGHT),
                        new Fault(JobMutation.IGNORE_TIMESTAMPS, Invariant.OLDEST_FIRST),
                        new Fault(JobMutation.IGNORE_CONTROL, Invariant.COMMANDS_OBEYED),
                        new Fault(CallMutation.KEEP_RUNNING_CALLS, Invariant.COMMANDS_OBEYED),
                        new Fault(JobMutation.FAIL_ON_POLL_ERROR, Invariant.LOOP_KEEPS_RUNNING),
                        new Fault(
                                TransactionMutation.FAIL_ON_OPEN_ERROR,
                                Invariant.LOOP_KEEPS_RUNNING),
                        new Fault(
                                TransactionMutation.HIDE_FENCING,
                                Invariant.ONE_PROCESS_PER_INSTANCE),
                        new Fault(
                                TransactionMutation.TREAT_REJECTED_AS_ABORTED, Invariant.LIVENESS),
                        new Fault(TransactionMutation.OMIT_REJECTED_RESULTS, Invariant.ONE_OUTCOME),
                        new Fault(TransactionMutation.OMIT_COST_OF_REJECTED, Invariant.ACCOUNTING),
                        new Fault(TransactionMutation.HAND_OVER_FIRST, Invariant.ONE_OUTCOME),
                        new Fault(TransactionMutation.OMIT_HAND_OVERS, Invariant.ONE_OUTCOME),
                        new Fault(TransactionMutation.END_AT_HAND_OVER, Invariant.ONE_OUTCOME),
                        new Fault(
                                TransactionMutation.OMIT_ANSWERS_WITHOUT_RESULT,
                                Invariant.ONE_ANSWER),
                        new Fault(TransactionMutation.ANSWER_AT_HAND_OVER, Invariant.ONE_ANSWER),
                        new Fault(TransactionMutation.FORGET_CACHE_KEY, Invariant.ONE_ANSWER),
                        new Fault(TransactionMutation.FORGET_PARENT, Invariant.PARTS_REPORT),
                        new Fault(TransactionMutation.OMIT_PART_REPORTS, Invariant.ONE_OUTCOME),
                        new Fault(TransactionMutation.KEEP_POSITION, Invariant.NO_MODEL_TWICE),
                        new Fault(
                                TransactionMutation.HAND_OVER_TO_EXPRESS,
                                Invariant.EXPRESS_HAS_NO_TRANSACTIONS),
                        new Fault(
                                TransactionMutation.FORGET_EARLIER_ATTEMPTS, Invariant.ACCOUNTING),
                        new Fault(CallMutation.FIXED_WINDOWS, Invariant.LIMITS_KEPT),
                        new Fault(CallMutation.KEEP_ESTIMATES, Invariant.LIMITS_KEPT),
                        new Fault(CallMutation.KEEP_ESTIMATES, Invariant.LIMITS_USED),
                        new Fault(CallMutation.LEAK_PERMITS, Invariant.LIVENESS),
                        new Fault(CallMutation.KEEP_FOUND_LIMITS, Invariant.FOUND_LIMITS_HEAL),
                        new Fault(
                                CallMutation.JUDGE_BY_REPORTS, Invariant.SLOW_PROVIDERS_STAY_OPEN),
                        new Fault(
                                CallMutation.EXCUSE_BY_YOUNG_CALLS,
                                Invariant.SLOW_PROVIDERS_STAY_OPEN),
                        new Fault(CallMutation.FORGET_DEAD_LEADERS, Invariant.PROMPTS_WARM_BRIEFLY),
                        new Fault(CallMutation.FORGET_DEAD_LEADERS, Invariant.LIVENESS),
                        new Fault(JobMutation.BUY_ALL_LOWEST, Invariant.TIERS_ISOLATED),
                        new Fault(JobMutation.FORGET_DEADLINES, Invariant.LATEST_STARTS_KEPT),
                        new Fault(CallMutation.NO_FALLBACK, Invariant.NO_WAIT_FOR_BREAKER),
                        new Fault(CallMutation.HIDE_WAITING_RETRIES, Invariant.WAITS_HAVE_REASONS),
                        new Fault(CallMutation.REFUSAL_ENDS_JOB, Invariant.REFUSALS_END_NO_JOB),
                        new Fault(CallMutation.REFUSAL_IS_ATTEMPT, Invariant.REFUSALS_END_NO_JOB),
                        new Fault(
                                TransactionMutation.THROW_FROM_COMMIT,
                                Invariant.LOOP_KEEPS_RUNNING));

        @ParameterizedTest
        @Tag("long")
        @FieldSource("FAULTS")
        void faultIsCaughtByItsInvariantAlone(Fault fault) {
            assertThat(Histories.isCaught(fault.mutation, fault.caughtBy)).isTrue();
        }

        @Test
        void everyInvariantAndMutationIsCovered() {
            assertThat(FAULTS).extracting(Fault::caughtBy).contains(Invariant.values());
            assertThat(FAULTS)
                    .extracting(Fault::mutation)
                    .contains(TopicMutation.values())
                    .contains(JobMutation.values())
                    .contains(TransactionMutation.values())
                    .contains(CallMutation.values());
        }
    }
}
