package dev.millrace.bench.torture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import dev.millrace.bench.torture.ClientHistory.Ban;
import dev.millrace.bench.torture.ClientHistory.ClientAnswer;
import dev.millrace.bench.torture.ClientHistory.SentRecord;
import dev.millrace.bench.torture.Evidence.Call;
import dev.millrace.bench.torture.Outputs.Result;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.simulator.calllog.CallOutcome;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares the evidence of a run with the guarantees. Pure; used once. */
final class OutcomeCheck {
    private static final int SHOWN = 20;

    /** Errors that nothing in the load, and no fault, may cause. */
    private static final Set<String> UNEXPLAINED =
            Set.of(
                    "internal_error",
                    "authentication_error",
                    "quota_exceeded",
                    "model_not_found",
                    "content_filtered");

    private static final Set<CostKind> BOOKED = EnumSet.of(CostKind.BILLED, CostKind.UNCERTAIN);

    /** Answers of the last second, which are not yet committed. */
    private static final int UNCOMMITTED = 50;

    /** After this time without a byte, a worker ends a call, whose bill may still come. */
    private static final long FIRST_BYTE_TIMEOUT_MILLIS = 120_000;

    /**
     * Within this time, workers learn of a cancellation or a pause, and a transaction ends that
     * announced calls before.
     */
    private static final long NOTICE_MILLIS = 15_000;

    private static final long MINUTE_MILLIS = 60_000;

    /** Calls arrive with varying delays. */
    private static final double LIMIT_TOLERANCE = 1.05;

    /** A kind of job that succeeds this often in half of a run also succeeds in the other half. */
    private static final int OFTEN = 20;

    private final Evidence evidence;
    private final ClientHistory history;
    private final Outputs outputs;
    private final Map<String, List<String>> rows;
    private final Map<String, List<Call>> bills;

    /** Number of results by job. */
    private final Map<String, Long> ends;

    /** Jobs that an operator allowed to end twice, after the offsets of workers were lost. */
    private final Set<String> resent;

    /** All costs of these jobs, by limit. */
    private final Map<ControlKey.Limit, BigDecimal> resentUsd;

    private final List<String> problems = new ArrayList<>();

    /**
     * The comparison.
     *
     * @param jobs number of jobs with a result
     * @param overspent number of budgets
     * @param rebilled calls beyond the first billed call of each job
     * @param uncertain cost events of which nobody knows whether they were billed
     */
    record Verdict(
            long jobs,
            long lost,
            long doubled,
            long overspent,
            long rebilled,
            long uncertain,
            List<String> problems) {
        /** Returns the values of {@link PublishedRuns#COLUMNS}. */
        List<Long> row(long minutes, long seed, long faults) {
            return List.of(
                    minutes, faults, jobs, lost, doubled, overspent, rebilled, uncertain, seed);
        }
    }

    OutcomeCheck(Evidence evidence) {
        this.evidence = evidence;
        history = evidence.history();
        outputs = evidence.outputs();
        rows = outputs.rows();
        bills = evidence.bills();
        ends = count(outputs.results().stream(), Result::jobId);
        resent = evidence.resent();
        resentUsd = byLimit(outputs.costs().stream().filter(it -> resent.contains(called(it))));
    }

    Verdict verdict() {
        Map<String, Long> events = count(outputs.costs().stream(), CostEvent::eventId);
        Map<List<InflictedFault>, Set<String>> repetitions = repetitions();
        long lost = report("jobs without a result", lost());
        long doubled = report("jobs with several results", notResent(several(ends)));
        report("records without their dead letter", deadLetters());
        report("jobs without exactly one final cost event", notResent(finals()));
        report("cost events that occur twice", notResent(several(events)));
        report("jobs whose costs differ from the ledger", costsBeyondLedger());
        report(
                "jobs that were called again without a fault",
                notResent(repetitions.getOrDefault(List.of(), Set.of())));
        report("crashes that repeated more calls than ran", unboundedCrashes(repetitions));
        report("calls of what was cancelled or paused", forbiddenCalls());
        report("minutes with more calls than a limit allows", crowdedMinutes());
        report("results with an error that nothing explains", results(OutcomeCheck::isUnexplained));
        report("answers to another prompt", otherPrompts());
        report("prompts that several jobs called", calledTwice());
        report("answers of another tenant, or of several calls", sharedAnswers());
        report("prompts with a document of another tenant", results(Result::hasOtherDocument));
        long overspent = report("budgets overspent", overspentBudgets());
        report("budgets unsettled or unlike their cost events", unsettledBudgets());
        report("answers unlike an earlier answer or their result", otherAnswers());
        report("kinds of jobs that no longer succeed", fadedKinds());
        rows.keySet().forEach(it -> report("rows of " + it + " that differ", differences(it)));
        long uncertain =
                outputs.costs().stream().filter(it -> it.kind() == CostKind.UNCERTAIN).count();
        if (uncertain > mostUncertain()) {
            problems.add("%d uncertain costs, at most %d".formatted(uncertain, mostUncertain()));
        }
        return new Verdict(
                ends.size(),
                lost,
                doubled,
                overspent,
                bills.values().stream().mapToLong(it -> it.size() - 1L).sum(),
                uncertain,
                List.copyOf(problems));
    }

    private Set<String> lost() {
        var lost = new TreeSet<>(evidence.due());
        outputs.costs().forEach(it -> lost.add(it.jobId().value()));
        lost.removeAll(ends.keySet());
        return lost;
    }

    /**
     * Returns records that are no request and have no dead letter, jobs of which a repeat has none
     * or too many, and dead letters of other reasons. Only the first record of a job has a result.
     * Routers whose offsets were lost read records again.
     */
    private Set<String> deadLetters() {
        long reads = 1 + evidence.faults(FaultKind.ROUTER_OFFSETS_LOST).count();
        Map<String, Long> letters = new HashMap<>();
        var wrong = new TreeSet<String>();
        for (DeadLetter it : outputs.deadLetters()) {
            if (it.reason().startsWith("malformed")) {
                letters.merge(it.partition() + "/" + it.offset(), 1L, Long::sum);
            } else if (it.reason().startsWith("duplicate")) {
                letters.merge(String.valueOf(it.jobId()), 1L, Long::sum);
            } else {
                wrong.add(it.toString());
            }
        }
        Map<String, List<SentRecord>> sent =
                history.records().stream().collect(groupingBy(SentRecord::jobOrOrigin));
        for (var records : sent.entrySet()) {
            String key = records.getKey();
            long results = records.getValue().getFirst().jobId() == null ? 0 : 1;
            long accepted = records.getValue().stream().filter(SentRecord::isAccepted).count();
            long most = reads * records.getValue().size() - results;
            long least = accepted - results;
            long found = letters.getOrDefault(key, 0L);
            if (accepted > 0 && (found < least || found > most)) {
                wrong.add("%s has %d, not %d to %d".formatted(key, found, least, most));
            }
        }
        return wrong;
    }

    private Set<String> finals() {
        var last = outputs.costs().stream().filter(CostEvent::isFinal);
        Map<String, Long> finals = count(last, it -> it.jobId().value());
        var wrong = new TreeSet<>(ends.keySet());
        wrong.addAll(finals.keySet());
        wrong.removeIf(it -> ends.containsKey(it) && finals.getOrDefault(it, 0L) == 1);
        return wrong;
    }

    /** Billed events are on the ledger; the ledger has no more than billed and uncertain events. */
    private Set<String> costsBeyondLedger() {
        Map<String, List<CostEvent>> booked =
                outputs.costs().stream()
                        .filter(it -> BOOKED.contains(it.kind()))
                        .collect(groupingBy(OutcomeCheck::called));
        var jobs = new TreeSet<>(bills.keySet());
        jobs.addAll(booked.keySet());
        var wrong = new TreeSet<String>();
        for (String job : jobs) {
            List<Call> calls = bills.getOrDefault(job, List.of());
            List<CostEvent> events = booked.getOrDefault(job, List.of());
            var certain = events.stream().filter(it -> it.kind() == CostKind.BILLED);
            BigDecimal ledger = sum(calls.stream().map(Call::costUsd));
            BigDecimal billed = sum(certain.map(CostEvent::costUsd));
            BigDecimal most = sum(events.stream().map(CostEvent::costUsd));
            if (ledger.compareTo(billed) < 0
                    || ledger.compareTo(most) > 0
                    || calls.size() > events.size()) {
                wrong.add(job + " ledger " + calls + ", billed " + billed + ", at most " + most);
            }
        }
        return wrong;
    }

    /**
     * Returns pairs of billed calls of a job, by the faults that can have interrupted the first;
     * without those after a timeout.
     */
    private Map<List<InflictedFault>, Set<String>> repetitions() {
        var found = new HashMap<List<InflictedFault>, Set<String>>();
        for (var job : bills.entrySet()) {
            List<Call> calls = job.getValue();
            for (int i = 1; i < calls.size(); i++) {
                Call first = calls.get(i - 1);
                Call second = calls.get(i);
                long after = second.millis() - first.millis();
                if (first.isAnswered() || after < FIRST_BYTE_TIMEOUT_MILLIS) {
                    found.computeIfAbsent(causes(first, second), _ -> new TreeSet<>())
                            .add(job.getKey() + "| " + first + " and " + second);
                }
            }
        }
        return found;
    }

    private List<InflictedFault> causes(Call first, Call second) {
        return evidence.faults().stream()
                .filter(it -> it.explainsRepetition(first, second))
                .toList();
    }

    /** Returns crashes of a worker after which more calls were repeated than promised. */
    private List<InflictedFault> unboundedCrashes(
            Map<List<InflictedFault>, Set<String>> repetitions) {
        return evidence.faults().stream()
                .filter(it -> it.kind().isCrash() && it.harmsWorkers())
                .filter(
                        it ->
                                repetitions.getOrDefault(List.of(it), Set.of()).size()
                                        > it.running() + UNCOMMITTED)
                .toList();
    }

    /**
     * Returns calls of cancelled jobs and paused models of which each worker had notice. A later
     * pause of a model replaces the earlier one, also if it is shorter.
     */
    private List<String> forbiddenCalls() {
        var bans = new HashMap<String, TreeMap<Long, Ban>>();
        for (Ban ban : history.bans()) {
            bans.computeIfAbsent(ban.name(), _ -> new TreeMap<>()).put(ban.from(), ban);
        }
        var wrong = new TreeSet<String>();
        for (var job : evidence.calls().entrySet()) {
            for (Call call : job.getValue()) {
                Stream.of(job.getKey(), call.model())
                        .map(it -> bans.getOrDefault(it, new TreeMap<>()).floorEntry(call.millis()))
                        .filter(it -> it != null && isIgnored(it.getValue(), call))
                        .forEach(it -> wrong.add(job.getKey() + "| " + call + " and " + it));
            }
        }
        return notResent(wrong);
    }

    private boolean isIgnored(Ban ban, Call call) {
        return ban.from() + NOTICE_MILLIS < call.millis()
                && call.millis() < ban.to()
                && evidence.faults().stream()
                        .filter(it -> it.harmsWorkers() || it.kind().isOfPeers())
                        .noneMatch(it -> it.overlaps(ban.from(), call.millis()));
    }

    private List<Instant> crowdedMinutes() {
        List<Long> times =
                calls().filter(it -> it.model().equals(LoadModel.LIMITED))
                        .map(Call::millis)
                        .sorted()
                        .toList();
        int most = (int) (LoadModel.CALLS_PER_MINUTE * LIMIT_TOLERANCE);
        return IntStream.range(most, times.size())
                .filter(it -> times.get(it) - times.get(it - most) < MINUTE_MILLIS)
                .mapToObj(it -> Instant.ofEpochMilli(times.get(it)))
                .toList();
    }

    /**
     * Interrupted calls, calls during a fault of the provider, calls that ended at its closed port,
     * and calls that ran at an unplanned end can be uncertain. A refusal by the provider costs
     * nothing.
     */
    private long mostUncertain() {
        return evidence.refused()
                + calls().filter(this::isInterrupted).count()
                + evidence.faults().stream()
                        .filter(InflictedFault::harmsWorkers)
                        .mapToLong(it -> it.running() + UNCOMMITTED)
                        .sum();
    }

    private boolean isInterrupted(Call call) {
        return call.outcome() != CallOutcome.REFUSED
                && (!call.isAnswered()
                        || evidence.faults().stream()
                                .filter(it -> it.victim().equals("provider"))
                                .anyMatch(it -> it.overlaps(call.millis(), call.end())));
    }

    private Stream<Call> calls() {
        return evidence.calls().values().stream().flatMap(List::stream);
    }

    /** Returns what often succeeded in the first half of the run and never in the second. */
    private Set<?> fadedKinds() {
        List<Result> good = results(it -> it.text().isPresent());
        var times = good.stream().mapToLong(Result::timestamp).summaryStatistics();
        long middle = (times.getMin() + times.getMax()) / 2;
        var faded = count(good.stream().filter(it -> it.timestamp() <= middle), Result::kind);
        good.stream().filter(it -> it.timestamp() > middle).forEach(it -> faded.remove(it.kind()));
        faded.values().removeIf(it -> it < OFTEN);
        faded.keySet().removeIf(it -> it.startsWith(RecordLoad.LIMITED));
        return faded.entrySet();
    }

    private List<Result> results(Predicate<Result> condition) {
        return outputs.results().stream().filter(condition).toList();
    }

    private static boolean isUnexplained(Result result) {
        String code = String.valueOf(result.view().errorCode());
        return UNEXPLAINED.contains(code)
                || (code.equals("budget_exceeded")
                        && !RecordLoad.canHaveBudget(result.view().tenant()));
    }

    /** Returns results and clients' answers whose text repeats the marker of another prompt. */
    private Set<String> otherPrompts() {
        Map<@Nullable String, String> markers = new HashMap<>();
        history.answers().forEach(it -> markers.put(it.jobId(), it.marker()));
        history.records().forEach(it -> markers.put(it.jobId(), it.marker()));
        var wrong = new TreeSet<String>();
        for (Result result : outputs.results()) {
            String text = result.text().orElse("");
            Marker.in(markers.getOrDefault(result.jobId(), result.view().customId()))
                    .filter(it -> !text.isEmpty() && !LoadRequest.isAnswer(text, it))
                    .ifPresent(it -> wrong.add(result.jobId() + " of " + it + ": " + text));
        }
        history.answers().stream()
                .filter(ClientAnswer::isGood)
                .filter(it -> !LoadRequest.isAnswer(it.text(), it.marker()))
                .forEach(it -> wrong.add(it.toString()));
        return wrong;
    }

    /** A repetition of a call, such as one with its idempotency key, is the same job. */
    private Collection<?> calledTwice() {
        var jobs = new HashMap<String, Set<String>>();
        for (Result result : results(Result::isCalled)) {
            result.text()
                    .flatMap(Marker::in)
                    .filter(Marker::isUnique)
                    .map(it -> jobs.computeIfAbsent(it, _ -> new TreeSet<>()))
                    .ifPresent(it -> it.add(result.jobId()));
        }
        jobs.values().removeIf(it -> it.size() == 1);
        return jobs.values();
    }

    /** Each answer belongs to one called job; only jobs of its tenant share the answer. */
    private Set<?> sharedAnswers() {
        Map<String, List<Result>> answers =
                results(it -> !it.answerId().isEmpty()).stream()
                        .collect(groupingBy(Result::answerId));
        answers.values()
                .removeIf(
                        jobs ->
                                jobs.stream().map(it -> it.view().tenant()).distinct().count() == 1
                                        && jobs.stream().filter(Result::isCalled).count() == 1);
        return answers.entrySet();
    }

    private Set<?> overspentBudgets() {
        var overspent = new HashMap<>(outputs.budgets());
        overspent.entrySet().removeIf(it -> !isOverspent(it.getKey().limit(), it.getValue()));
        return overspent.entrySet();
    }

    private boolean isOverspent(ControlKey.Limit limit, BudgetState state) {
        return state.exceeds(state.limitUsd().add(resentUsd.getOrDefault(limit, BigDecimal.ZERO)));
    }

    /** Returns budgets that still hold money, or differ from their cost events. */
    private Set<String> unsettledBudgets() {
        var wrong = new TreeSet<String>();
        Map<ControlKey.Limit, BigDecimal> spent = new HashMap<>();
        for (var budget : outputs.budgets().entrySet()) {
            BudgetState state = budget.getValue();
            spent.merge(budget.getKey().limit(), state.spentUsd(), BigDecimal::add);
            if (state.reservedUsd().signum() != 0 || state.waitingJobs() != 0) {
                wrong.add(budget.toString());
            }
        }
        Map<ControlKey.Limit, BigDecimal> booked = byLimit(outputs.costs().stream());
        spent.forEach(
                (limit, usd) -> {
                    BigDecimal more = usd.subtract(booked.getOrDefault(limit, BigDecimal.ZERO));
                    if (more.abs().compareTo(resentUsd.getOrDefault(limit, BigDecimal.ZERO)) > 0) {
                        wrong.add(limit + " has spent " + more + " more");
                    }
                });
        return wrong;
    }

    /** Returns the sums of costs for the limits of tenants and batches. */
    private static Map<ControlKey.Limit, BigDecimal> byLimit(Stream<CostEvent> events) {
        var sums = new HashMap<ControlKey.Limit, BigDecimal>();
        events.forEach(
                it -> {
                    var batch = new ControlKey.BatchLimit(it.tenant(), it.batch());
                    sums.merge(batch, it.costUsd(), BigDecimal::add);
                    var tenant = new ControlKey.TenantLimit(it.tenant());
                    sums.merge(tenant, it.costUsd(), BigDecimal::add);
                });
        return sums;
    }

    /** Returns idempotency keys with different jobs or answers, and answers unlike their result. */
    private Set<String> otherAnswers() {
        var wrong = new TreeSet<String>();
        Map<String, ClientAnswer> first = new HashMap<>();
        Map<@Nullable String, String> texts = new HashMap<>();
        outputs.results().forEach(it -> it.text().ifPresent(text -> texts.put(it.jobId(), text)));
        for (ClientAnswer answer :
                history.answers().stream().filter(ClientAnswer::isGood).toList()) {
            String key = answer.key();
            ClientAnswer earlier = key == null ? null : first.putIfAbsent(key, answer);
            if (earlier != null
                    && (!Objects.equals(earlier.jobId(), answer.jobId())
                            || !earlier.text().equals(answer.text()))) {
                wrong.add(earlier + " and " + answer);
            }
            String text = texts.get(answer.jobId());
            if (!answer.text().equals(text)) {
                wrong.add(answer + " but the result has " + text);
            }
        }
        return wrong;
    }

    /** Returns true if all jobs have ended, and database and budgets have everything. */
    boolean isSettled() {
        return lost().isEmpty()
                && unsettledBudgets().isEmpty()
                && rows.keySet().stream().allMatch(it -> differences(it).isEmpty());
    }

    /** Returns rows that only the topics or a table of the database have, or have more often. */
    private Set<String> differences(String table) {
        List<String> expected = rows.getOrDefault(table, List.of());
        List<String> stored = evidence.database().getOrDefault(table, List.of());
        Map<String, Long> counts = count(notResent(expected).stream(), it -> it);
        notResent(stored).forEach(it -> counts.merge(it, -1L, Long::sum));
        var different = new TreeSet<String>();
        counts.forEach(
                (row, count) -> {
                    if (count != 0) {
                        different.add((count > 0 ? "only in topics: " : "only stored: ") + row);
                    }
                });
        return different;
    }

    /** Returns the texts whose beginning is the id of no job that was sent again. */
    private List<String> notResent(Collection<String> texts) {
        return texts.stream().filter(it -> !resent.contains(it.split("[-|]", 2)[0])).toList();
    }

    /** Returns the job that the provider saw: a part of a split document is one. */
    private static String called(CostEvent event) {
        JobId part = event.part();
        return (part == null ? event.jobId() : part).value();
    }

    private static BigDecimal sum(Stream<BigDecimal> amounts) {
        return amounts.reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static <T> Map<String, Long> count(Stream<T> all, Function<T, String> key) {
        return new HashMap<>(all.collect(groupingBy(key, counting())));
    }

    private static Set<String> several(Map<String, Long> counts) {
        var several = new TreeMap<>(counts);
        several.values().removeIf(it -> it == 1);
        return several.keySet();
    }

    /** Adds a problem with the first cases, and returns their number. */
    private long report(String what, Collection<?> cases) {
        if (!cases.isEmpty()) {
            problems.add(cases.size() + " " + what + ": " + cases.stream().limit(SHOWN).toList());
        }
        return cases.size();
    }
}
