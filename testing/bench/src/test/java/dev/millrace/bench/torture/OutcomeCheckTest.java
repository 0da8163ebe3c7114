package dev.millrace.bench.torture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.torture.ClientHistory.Ban;
import dev.millrace.bench.torture.ClientHistory.ClientAnswer;
import dev.millrace.bench.torture.ClientHistory.SentRecord;
import dev.millrace.bench.torture.Evidence.Call;
import dev.millrace.bench.torture.OutcomeCheck.Verdict;
import dev.millrace.bench.torture.Outputs.Result;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.simulator.answer.AnswerGenerator;
import dev.millrace.simulator.answer.Operation;
import dev.millrace.simulator.answer.Usage;
import dev.millrace.simulator.calllog.CallOutcome;
import dev.millrace.simulator.calllog.LoggedCall;
import dev.millrace.simulator.calllog.LoggedCall.Caller;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test changes a run in which every guarantee was kept. */
class OutcomeCheckTest {
    private static final String MARKER = "q-1-1.";
    private static final String TENANT = "acme";
    private static final String BATCH = "records";
    private static final JobId JOB = JobId.of(TENANT, BATCH, MARKER);
    private static final BigDecimal COST = new BigDecimal("0.0010");

    private final ClientHistory history = new ClientHistory();
    private final Outputs outputs = new Outputs();
    private final Map<String, List<Call>> bills = new HashMap<>();
    private final List<InflictedFault> faults = new ArrayList<>();
    private long refused;

    @BeforeEach
    void keepEveryGuarantee() {
        history.records().add(new SentRecord(MARKER, JOB.value(), 0, 0));
        outputs.results().add(result(JOB, MARKER));
        outputs.costs().add(cost(JOB, 1, CostKind.BILLED, true));
        bills.put(JOB.value(), List.of(bill(1_000)));
    }

    private Verdict verdict() {
        return verdict(outputs.rows());
    }

    private Verdict verdict(Map<String, List<String>> database) {
        return new OutcomeCheck(new Evidence(history, outputs, database, bills, refused, faults))
                .verdict();
    }

    /** Returns an answered call of 100 ms. */
    private static Call bill(long millis) {
        return new Call("quick", COST, millis, millis + 100, true, CallOutcome.ANSWERED);
    }

    private void assertProblem(String problem) {
        assertThat(verdict().problems()).singleElement().asString().contains(problem);
    }

    private static Result result(JobId job, String marker) {
        return result(job, marker, TENANT);
    }

    private static Result result(JobId job, String marker, String tenant) {
        var view =
                new ResultView(
                        job.value(),
                        marker,
                        tenant,
                        BATCH,
                        null,
                        200,
                        null,
                        "quick",
                        "simulated",
                        1,
                        COST,
                        0,
                        0);
        return new Result(view, Optional.of(text(marker)), "answer of " + job, true, "", 0);
    }

    private static Result with(Result result, String text, String answerId, boolean isCalled) {
        return new Result(result.view(), Optional.of(text), answerId, isCalled, "", 0);
    }

    private static String text(String marker) {
        return "Simulated answer to: " + marker + " Where";
    }

    private static CostEvent cost(JobId job, int attempt, CostKind kind, boolean isFinal) {
        var cost =
                new AttemptCost(
                        "quick",
                        "simulated",
                        attempt,
                        kind,
                        PricedUsage.NONE,
                        kind == CostKind.SAVED ? BigDecimal.ZERO : COST,
                        BigDecimal.ZERO);
        var event = CostEvent.withoutCall(job, TENANT, BATCH).with(cost);
        return new CostEvent(
                event.eventId(),
                isFinal,
                event.job(),
                null,
                event.route(),
                cost,
                BigDecimal.ZERO,
                null);
    }

    private static DeadLetter deadLetter(String reason, @Nullable JobId job, long offset) {
        return new DeadLetter(
                reason,
                "message",
                "millrace.requests",
                0,
                offset,
                TENANT,
                BATCH,
                null,
                job == null ? null : job.value());
    }

    @Test
    void runWithoutAnyLossHasNoProblem() {
        assertThat(verdict()).isEqualTo(new Verdict(1, 0, 0, 0, 0, 0, List.of()));
    }

    @Nested
    class Jobs {
        @Test
        void acceptedRecordWithoutResultIsLost() {
            history.records()
                    .add(new SentRecord("q-1-2.", JobId.of(TENANT, BATCH, "q-1-2.").value(), 0, 1));

            assertThat(verdict().lost()).isEqualTo(1);
            assertProblem("1 jobs without a result");
        }

        @Test
        void jobWithACostEventNeedsAResult() {
            JobId other = JobId.of(TENANT, BATCH, "other");
            outputs.costs().add(cost(other, 1, CostKind.BILLED, false));
            bills.put(other.value(), List.of(bill(1_000)));

            assertProblem("1 jobs without a result");
        }

        @Test
        void unacknowledgedRecordMayHaveNoResult() {
            history.records()
                    .add(
                            new SentRecord(
                                    "q-1-2.", JobId.of(TENANT, BATCH, "q-1-2.").value(), -1, -1));

            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void secondResultIsDoubled() {
            outputs.results().add(result(JOB, MARKER));

            assertThat(verdict().doubled()).isEqualTo(1);
            assertThat(verdict().problems()).anyMatch(it -> it.contains("several results"));
        }

        @Test
        void operatorAllowsASecondResultAfterTheOffsetsOfWorkersWereLost() {
            faults.add(
                    new InflictedFault(
                            FaultKind.WORKER_OFFSETS_LOST, "worker group", 20_000, 21_000, 0));
            bills.put(JOB.value(), List.of(bill(1_000), bill(30_000)));
            outputs.costs().add(cost(JOB, 1, CostKind.BILLED, true));
            outputs.results().add(at(30_000, result(JOB, MARKER)));

            assertThat(verdict()).isEqualTo(new Verdict(1, 0, 0, 0, 1, 0, List.of()));

            bills.put(JOB.value(), List.of(bill(20_600), bill(30_000)));
            outputs.results().set(0, at(20_600, result(JOB, MARKER)));
            assertThat(verdict().doubled()).isEqualTo(1);
        }

        @Test
        void operatorAllowsACostEventOfAnEndedJobAfterTheOffsetsOfWorkersWereLost() {
            faults.add(
                    new InflictedFault(
                            FaultKind.WORKER_OFFSETS_LOST, "worker group", 1_500, 2_000, 0));
            outputs.costs().add(cost(JOB, 1, CostKind.UNCERTAIN, false));
            outputs.addCostTime(JOB, 1_400);
            assertProblem("cost events that occur twice");

            outputs.addCostTime(JOB, 2_500);
            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void operatorAllowsAFirstAttemptAgainAfterTheOffsetsOfWorkersWereLost() {
            faults.add(
                    new InflictedFault(
                            FaultKind.WORKER_OFFSETS_LOST, "worker group", 1_500, 2_000, 0));
            outputs.results().set(0, at(2_600, result(JOB, MARKER)));
            bills.put(JOB.value(), List.of(bill(2_500)));
            outputs.addCostTime(JOB, 2_600);
            outputs.costs().add(cost(JOB, 1, CostKind.UNCERTAIN, false));
            assertProblem("cost events that occur twice");

            outputs.addCostTime(JOB, 1_400);
            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void kindOfJobThatOftenSucceededDoesSoUntilTheEnd() {
            for (int number = 0; number < 20; number++) {
                addAnswered(TENANT, number);
            }
            addAnswered("clients", 100_000);
            assertProblem("[acme called=21]");

            addAnswered(TENANT, 100_001);
            assertThat(verdict().problems()).isEmpty();
        }

        private void addAnswered(String tenant, int millis) {
            JobId job = JobId.of(tenant, BATCH, "q-1-2" + millis + ".");
            outputs.results().add(at(millis, result(job, "q-1-2" + millis + ".", tenant)));
            outputs.costs().add(cost(job, 1, CostKind.SAVED, true));
        }

        private static Result at(long millis, Result result) {
            return new Result(
                    result.view(),
                    result.text(),
                    "answer of %s at %d".formatted(result.jobId(), millis),
                    true,
                    "",
                    millis);
        }

        @Test
        void lineOfABatchNeedsAResultUnlessItWasCancelled() {
            history.batches().put("batch_1", List.of("q-1-2."));
            assertProblem("1 jobs without a result");

            history.cancelled().add("q-1-2.");
            assertThat(verdict().problems()).isEmpty();
        }
    }

    @Nested
    class DeadLetters {
        @Test
        void repeatNeedsOneDeadLetter() {
            history.records().add(new SentRecord(MARKER, JOB.value(), 0, 1));
            assertProblem("records without their dead letter");

            outputs.deadLetters().add(deadLetter("duplicate", JOB, 1));
            assertThat(verdict().problems()).isEmpty();

            outputs.deadLetters().add(deadLetter("duplicate_custom_id", JOB, 1));
            assertProblem("records without their dead letter");
        }

        @Test
        void malformedRecordNeedsOneDeadLetter() {
            history.records().add(new SentRecord("q-1-3.", null, 0, 5));
            assertProblem("records without their dead letter");

            outputs.deadLetters().add(deadLetter("malformed_request", null, 5));
            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void deadLetterOfAnotherReasonIsFound() {
            outputs.deadLetters().add(deadLetter("internal_error", JOB, 0));

            assertProblem("records without their dead letter");
        }

        @Test
        void routersWhoseOffsetsWereLostCanRejectRecordsAgain() {
            faults.add(
                    new InflictedFault(
                            FaultKind.ROUTER_OFFSETS_LOST, "router group", 1_500, 2_000, 0));
            history.records().add(new SentRecord("q-1-3.", null, 0, 5));
            for (int reads = 0; reads < 2; reads++) {
                outputs.deadLetters().add(deadLetter("malformed_request", null, 5));
                outputs.deadLetters().add(deadLetter("duplicate", JOB, 0));
            }
            assertProblem("records without their dead letter");

            outputs.deadLetters().removeLast();
            assertThat(verdict().problems()).isEmpty();
        }
    }

    @Nested
    class Money {
        @Test
        void jobNeedsOneFinalCostEvent() {
            outputs.costs().clear();
            outputs.costs().add(cost(JOB, 1, CostKind.BILLED, false));

            assertProblem("final cost event");
        }

        @Test
        void secondBillNeedsAnUncertainEvent() {
            callAgainAfterAKill();
            assertProblem("jobs whose costs differ from the ledger");

            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            assertThat(verdict()).isEqualTo(new Verdict(1, 0, 0, 0, 1, 1, List.of()));
        }

        private void callAgainAfterAKill() {
            bills.put(JOB.value(), List.of(bill(1_000), bill(3_000)));
            faults.add(new InflictedFault(FaultKind.KILL, "worker1", 1_500, 2_000, 0));
        }

        @ParameterizedTest
        @CsvSource({
            "KILL, worker1, 3001, 4000",
            "KILL, router1, 1500, 2000",
            "TERM, worker1, 1500, 2000",
            "SCALE_OUT, worker4, 1500, 2000",
            "BROKER_TERM, broker0, 1500, 2000",
            "DATABASE_KILL, database, 1500, 2000"
        })
        void secondBillNeedsAFaultThatCanRepeatCalls(
                FaultKind kind, String victim, long from, long to) {
            callAgainAfterAKill();
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            faults.set(0, new InflictedFault(kind, victim, from, to, 0));

            assertThat(verdict().problems())
                    .anyMatch(it -> it.contains("jobs that were called again without a fault"));
        }

        @Test
        void callWithoutAByteIsRepeatedAfterItsTimeout() {
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            Call late = new Call("quick", COST, 1_000, 125_000, true, CallOutcome.ABORTED);
            bills.put(JOB.value(), List.of(late, bill(121_000)));
            assertThat(verdict().problems()).isEmpty();

            bills.put(JOB.value(), List.of(late, bill(120_999)));
            assertProblem("jobs that were called again without a fault");
        }

        @Test
        void uncertainCostNeedsAnInterruptedCallOrAFault() {
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            assertProblem("1 uncertain costs, at most 0");

            bills.put(JOB.value(), List.of(unbilled(CallOutcome.REFUSED), bill(1_000)));
            assertProblem("1 uncertain costs, at most 0");

            bills.put(JOB.value(), List.of(unbilled(CallOutcome.ABORTED), bill(1_000)));
            assertThat(verdict().problems()).isEmpty();

            bills.put(JOB.value(), List.of(bill(1_000)));
            refused = 1;
            assertThat(verdict().problems()).isEmpty();

            refused = 0;
            bills.put(JOB.value(), List.of(bill(1_000)));
            faults.add(new InflictedFault(FaultKind.PROVIDER_GARBAGE, "provider", 1_050, 2_000, 0));
            assertThat(verdict().problems()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"500, 1", "502, 0", "503, 1", "504, 0"})
        void onlyAGatewaysStatusLeavesTheCostUncertain(int status, int problems) {
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            var refused =
                    new LoggedCall(
                            1,
                            Instant.ofEpochMilli(900),
                            Duration.ofMillis(50),
                            new Caller("", JOB.value()),
                            Operation.CHAT_COMPLETIONS,
                            "quick",
                            status,
                            Usage.NONE,
                            false,
                            CallOutcome.REFUSED);
            bills.put(JOB.value(), List.of(Call.of(refused), bill(1_000)));

            assertThat(verdict().problems()).hasSize(problems);
        }

        private static Call unbilled(CallOutcome outcome) {
            return new Call("quick", BigDecimal.ZERO, 900, 950, false, outcome);
        }

        @Test
        void answeredCallIsNotRepeatedForALaterFault() {
            callAgainAfterAKill();
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            faults.set(0, new InflictedFault(FaultKind.KILL, "worker1", 20_000, 21_000, 0));
            bills.put(JOB.value(), List.of(bill(1_000), bill(30_000)));

            assertProblem("jobs that were called again without a fault");

            Call interrupted = new Call("quick", COST, 1_000, 25_000, true, CallOutcome.DROPPED);
            bills.put(JOB.value(), List.of(interrupted, bill(30_000)));
            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void crashRepeatsNoMoreCallsThanRanOrWereNotCommitted() {
            outputs.costs().add(cost(JOB, 2, CostKind.UNCERTAIN, false));
            var times = IntStream.rangeClosed(0, 52).mapToObj(it -> bill(1_600 + it));
            bills.put(JOB.value(), times.toList());
            faults.add(new InflictedFault(FaultKind.KILL, "worker1", 1_500, 2_000, 1));

            assertThat(verdict().problems())
                    .anyMatch(it -> it.contains("crashes that repeated more calls than ran"));

            faults.set(0, new InflictedFault(FaultKind.KILL, "worker1", 1_500, 2_000, 2));
            assertThat(verdict().problems())
                    .noneMatch(it -> it.contains("crashes that repeated more calls than ran"));
        }

        @Test
        void billedEventNeedsABill() {
            bills.clear();

            assertProblem("jobs whose costs differ from the ledger");
        }

        @Test
        void billNeedsAnEvent() {
            bills.put("00000000000000000000000000000000", List.of(bill(1_000)));

            assertProblem("jobs whose costs differ from the ledger");
        }
    }

    @Nested
    class Limits {
        @ParameterizedTest
        @ValueSource(strings = {"job", "quick"})
        void whatIsCancelledOrPausedIsNotCalled(String name) {
            String banned = name.equals("job") ? JOB.value() : name;
            bills.put(JOB.value(), List.of(bill(20_001)));
            history.bans().add(new Ban(banned, 5_000, 30_000));
            assertProblem("calls of what was cancelled or paused");

            faults.add(new InflictedFault(FaultKind.LINK_CUT, "worker1-broker0", 4_000, 5_000, 0));
            assertThat(verdict().problems()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"5001, 30000", "1000, 20001"})
        void callBeforeWorkersNoticeOrAfterAPauseIsAllowed(long from, long to) {
            bills.put(JOB.value(), List.of(bill(20_001)));
            history.bans().add(new Ban("quick", from, to));

            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void laterPauseReplacesALongerOne() {
            bills.put(JOB.value(), List.of(bill(40_000)));
            history.bans().add(new Ban("quick", 5_000, 60_000));
            history.bans().add(new Ban("quick", 20_000, 39_000));

            assertThat(verdict().problems()).isEmpty();
        }

        @Test
        void minuteHasNoMoreCallsThanALimitAllows() {
            int most = LoadModel.CALLS_PER_MINUTE * 21 / 20;
            bills.put("refused", refused(most));
            assertThat(verdict().problems()).isEmpty();

            bills.put("refused", refused(most + 1));
            assertProblem("1 minutes with more calls than a limit allows");
        }

        private static List<Call> refused(int count) {
            return IntStream.range(0, count)
                    .mapToObj(
                            it ->
                                    new Call(
                                            LoadModel.LIMITED,
                                            BigDecimal.ZERO,
                                            it,
                                            it,
                                            false,
                                            CallOutcome.REFUSED))
                    .toList();
        }
    }

    @Nested
    class Budgets {
        private final ControlKey.Budget budget = new ControlKey.BatchBudget(TENANT, BATCH);

        @Test
        void settledBudgetHasTheSumOfItsCostEvents() {
            outputs.budgets().put(budget, state("0.0020", "0.0010", "0"));

            assertThat(verdict().problems()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"0.0010, 0.0001", "0.0020, 0"})
        void openAndWrongBudgetsAreFound(String spent, String reserved) {
            outputs.budgets().put(budget, state("0.0020", spent, reserved));

            assertProblem("1 budgets unsettled or unlike their cost events");
        }

        @Test
        void overspentBudgetIsFound() {
            outputs.budgets().put(budget, state("0.0009", "0.0010", "0"));

            assertThat(verdict().overspent()).isOne();
        }

        private static BudgetState state(String limit, String spent, String reserved) {
            return new BudgetState(
                    new BigDecimal(limit),
                    new BigDecimal(spent),
                    new BigDecimal(reserved),
                    BudgetState.Waiting.NONE,
                    0,
                    0,
                    OnExhausted.REJECT,
                    Optional.empty(),
                    Instant.EPOCH);
        }
    }

    @Nested
    class Answers {
        @Test
        void resultMustAnswerItsOwnPrompt() {
            outputs.results().clear();
            var other = result(JOB, MARKER);
            outputs.results().add(with(other, text("q-1-9."), other.answerId(), true));

            assertProblem("answers to another prompt");
        }

        @ParameterizedTest
        @ValueSource(strings = {"internal_error", "authentication_error", "budget_exceeded"})
        void jobEndsWithNoErrorThatNothingExplains(String code) {
            var view =
                    new ResultView(
                            JOB.value(),
                            MARKER,
                            TENANT,
                            BATCH,
                            null,
                            null,
                            code,
                            "quick",
                            "simulated",
                            1,
                            COST,
                            0,
                            0);
            outputs.results().set(0, new Result(view, Optional.empty(), "", true, "", 0));

            assertProblem("results with an error that nothing explains");
        }

        @Test
        void uniquePromptHasOneCalledJob() {
            JobId other = JobId.of(TENANT, BATCH, "other");
            outputs.results().add(result(other, MARKER));
            outputs.costs().add(cost(other, 1, CostKind.BILLED, true));
            bills.put(other.value(), List.of(bill(1_000)));

            assertProblem("prompts that several jobs called");
        }

        @Test
        void answerIsSharedWithinATenantOnly() {
            share(JobId.of(TENANT, BATCH, "other"), TENANT, false);
            assertThat(verdict().problems()).isEmpty();

            share(JobId.of("globex", BATCH, "other"), "globex", false);
            assertProblem("answers of another tenant, or of several calls");
        }

        @Test
        void answerHasOneCalledJob() {
            share(JobId.of(TENANT, BATCH, "other"), TENANT, true);

            assertThat(verdict().problems())
                    .anyMatch(it -> it.contains("answers of another tenant, or of several calls"));
        }

        private void share(JobId job, String tenant, boolean isCalled) {
            var result = result(job, MARKER, tenant);
            outputs.results().add(with(result, text(MARKER), "answer of " + JOB, isCalled));
            outputs.costs().add(cost(job, 0, CostKind.SAVED, true));
        }

        @Test
        void promptHasOnlyDocumentsOfItsTenant() {
            Result result = outputs.results().getFirst();
            outputs.results().set(0, withDocument(result, TENANT));
            assertThat(verdict().problems()).isEmpty();

            outputs.results().set(0, withDocument(result, "globex"));
            assertProblem("prompts with a document of another tenant");
        }

        private static Result withDocument(Result result, String document) {
            return new Result(result.view(), result.text(), result.answerId(), true, document, 0);
        }

        @Test
        void embeddingAnswersByItsFirstNumber() {
            String prompt = MARKER + " Where is my parcel?";
            var call = new LoadRequest(MARKER, Endpoint.EMBEDDINGS, "quick", prompt, "");
            var expected =
                    AnswerGenerator.expected(
                            call.endpoint().url(), call.body(false).getBytes(UTF_8));
            float number = expected.embeddings().getFirst().vector()[0];

            assertThat(LoadRequest.isAnswer(String.valueOf(number), MARKER)).isTrue();
            assertThat(LoadRequest.isAnswer(String.valueOf(number), "q-1-2.")).isFalse();
        }

        @Test
        void clientMustGetTheAnswerOfItsPromptAndResult() {
            history.answers().add(answer("key", text(MARKER)));
            assertThat(verdict().problems()).isEmpty();

            history.answers().add(answer("other key", text(MARKER) + " else"));
            assertProblem("answers unlike an earlier answer or their result");
        }

        @Test
        void repeatedCallMustGetTheSameAnswer() {
            history.answers().add(answer("key", text(MARKER)));
            history.answers()
                    .add(new ClientAnswer(MARKER, "key", "another job", 200, text(MARKER), true));

            assertThat(verdict().problems())
                    .anyMatch(
                            it -> it.contains("answers unlike an earlier answer or their result"));
        }

        private static ClientAnswer answer(String key, String text) {
            return new ClientAnswer(MARKER, key, JOB.value(), 200, text, true);
        }
    }

    @Nested
    class Database {
        @Test
        void everyRowIsCompared() {
            assertThat(verdict(with("results", List.of())).problems())
                    .singleElement()
                    .asString()
                    .contains("1 rows of results that differ: [only in topics");
            List<String> costs = new ArrayList<>(outputs.rows().getOrDefault("costs", List.of()));
            costs.add("another");
            assertThat(verdict(with("costs", costs)).problems())
                    .singleElement()
                    .asString()
                    .contains("1 rows of costs that differ: [only stored: another]");
        }

        private Map<String, List<String>> with(String table, List<String> rows) {
            var database = new HashMap<>(outputs.rows());
            database.put(table, rows);
            return database;
        }

        @Test
        void amountsAreComparedByValue() {
            assertThat(Outputs.row(new BigDecimal("0.0010")))
                    .isEqualTo(Outputs.row(new BigDecimal("0.001")));
        }
    }
}
