package dev.millrace.bench.torture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.partitioningBy;

import dev.millrace.bench.torture.Evidence.Call;
import dev.millrace.bench.torture.Evidence.Inflicted;
import dev.millrace.bench.torture.History.Ban;
import dev.millrace.bench.torture.History.ClientAnswer;
import dev.millrace.bench.torture.History.SentRecord;
import dev.millrace.bench.torture.Outputs.Result;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
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

    /** Answers of the last second, which are not yet committed. */
    private static final int UNCOMMITTED = 50;

    /** After this time without a byte, a worker ends a call, whose bill may still come. */
    private static final long FIRST_BYTE_TIMEOUT_MILLIS = 120_000;

    /** Within this time, workers learn of a cancellation or a pause. */
    private static final long NOTICE_MILLIS = 5_000;

    private static final long MINUTE_MILLIS = 60_000;

    /** Calls arrive with varying delays. */
    private static final double LIMIT_TOLERANCE = 1.05;

    /** A kind of job that succeeds this often in half of a run also succeeds in the other half. */
    private static final int OFTEN = 20;

    private final Evidence evidence;
    private final Map<String, List<Call>> bills;

    /** Jobs that an operator allowed to end twice, after the offsets of workers were lost. */
    private final Set<String> resent;

    /** All costs of these jobs, by limit. */
    private final Map<ControlKey.Limit, BigDecimal> resentUsd = new HashMap<>();

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
        /** Returns the values of {@link RunHistory#COLUMNS}. */
        List<Long> row(long minutes, long seed, long faults) {
            return List.of(
                    minutes, faults, jobs, lost, doubled, overspent, rebilled, uncertain, seed);
        }
    }

    OutcomeCheck(Evidence evidence) {
        this.evidence = evidence;
        bills = evidence.bills();
        resent = evidence.resent();
        for (CostEvent event : costs()) {
            if (resent.contains(called(event))) {
                limits(event).forEach(it -> resentUsd.merge(it, event.costUsd(), BigDecimal::add));
            }
        }
    }

    Verdict verdict() {
        Map<String, Long> results = count(evidence.outputs().results(), Result::jobId);
        long lost = report("jobs without a result", lost(results.keySet()));
        long doubled = report("jobs with several results", notResent(several(results)));
        report("records without their dead letter", deadLetters());
        report("jobs without exactly one final cost event", notResent(finals(results.keySet())));
        report(
                "cost events that occur twice",
                notResent(several(count(costs(), CostEvent::eventId))));
        report("jobs whose costs differ from the ledger", costsBeyondLedger());
        report("jobs that were called again without a fault", notResent(repetitions(List.of())));
        report("crashes that repeated more calls than ran", unboundedCrashes());
        report("calls of what was cancelled or paused", forbiddenCalls());
        report("minutes with more calls than a limit allows", crowdedMinutes());
        report("results with an error that nothing explains", unexplainedErrors());
        report("answers to another prompt", otherPrompts());
        report("prompts that several jobs called", calledTwice());
        report("answers of another tenant, or of several calls", sharedAnswers());
        report("prompts with a document of another tenant", otherDocuments());
        long overspent = report("budgets overspent", overspentBudgets());
        report("budgets unsettled or unlike their cost events", unsettledBudgets());
        report("answers unlike an earlier answer or their result", otherAnswers());
        report("kinds of jobs that no longer succeed", fadedKinds());
        differences().forEach((table, it) -> report("rows of " + table + " that differ", it));
        long uncertain = events(CostKind.UNCERTAIN).count();
        if (uncertain > mostUncertain()) {
            problems.add("%d uncertain costs, at most %d".formatted(uncertain, mostUncertain()));
        }
        return new Verdict(
                results.size(),
                lost,
                doubled,
                overspent,
                bills.values().stream().mapToLong(it -> it.size() - 1L).sum(),
                uncertain,
                List.copyOf(problems));
    }

    private Collection<String> lost(Set<String> ended) {
        var lost = new TreeSet<>(evidence.due());
        costs().forEach(it -> lost.add(it.jobId().value()));
        lost.removeAll(ended);
        return lost;
    }

    /**
     * Returns records that are no request and have no dead letter, jobs of which a repeat has none
     * or too many, and dead letters of other reasons. Only the first record of a job has a result.
     * Routers whose offsets were lost read records again.
     */
    private Collection<String> deadLetters() {
        var letters = evidence.outputs().deadLetters();
        long reads = 1 + evidence.count(FaultKind.ROUTER_OFFSETS_LOST);
        Map<String, Long> byOrigin =
                count(
                        letters.stream().filter(it -> it.reason().startsWith("malformed")).toList(),
                        it -> it.partition() + "/" + it.offset());
        Map<String, Long> byJob =
                count(
                        letters.stream().filter(it -> it.reason().startsWith("duplicate")).toList(),
                        it -> String.valueOf(it.jobId()));
        var wrong = new TreeSet<String>();
        letters.stream()
                .filter(it -> !it.reason().matches("(malformed|duplicate).*"))
                .forEach(it -> wrong.add(it.toString()));
        Map<String, List<SentRecord>> jobs = new HashMap<>();
        for (SentRecord record : evidence.history().records()) {
            String job = record.jobId();
            if (job != null) {
                jobs.computeIfAbsent(job, _ -> new ArrayList<>()).add(record);
            } else if (record.isAccepted()) {
                String origin = record.partition() + "/" + record.offset();
                addUnless(wrong, origin, 1, byOrigin.getOrDefault(origin, 0L), reads);
            }
        }
        jobs.forEach(
                (job, sent) -> {
                    long accepted = sent.stream().filter(SentRecord::isAccepted).count();
                    if (accepted > 0) {
                        long found = byJob.getOrDefault(job, 0L);
                        addUnless(wrong, job, accepted - 1, found, reads * sent.size() - 1);
                    }
                });
        return wrong;
    }

    private static void addUnless(
            Collection<String> wrong, String what, long least, long found, long most) {
        if (found < least || found > most) {
            wrong.add("%s has %d, not %d to %d".formatted(what, found, least, most));
        }
    }

    private Collection<String> finals(Set<String> ended) {
        Map<String, Long> finals =
                count(
                        costs().stream().filter(CostEvent::isFinal).toList(),
                        it -> it.jobId().value());
        var wrong = new TreeSet<>(several(finals));
        ended.stream().filter(it -> !finals.containsKey(it)).forEach(wrong::add);
        finals.keySet().stream().filter(it -> !ended.contains(it)).forEach(wrong::add);
        return wrong;
    }

    /** Billed events are on the ledger; the ledger has no more than billed and uncertain events. */
    private Collection<String> costsBeyondLedger() {
        Map<String, BigDecimal> billed = sums(CostKind.BILLED);
        Map<String, BigDecimal> uncertain = sums(CostKind.UNCERTAIN);
        Map<String, Long> booked =
                count(
                        Stream.concat(events(CostKind.BILLED), events(CostKind.UNCERTAIN)).toList(),
                        OutcomeCheck::called);
        var jobs = new TreeSet<>(bills.keySet());
        jobs.addAll(billed.keySet());
        var wrong = new TreeSet<String>();
        for (String job : jobs) {
            List<Call> calls = bills.getOrDefault(job, List.of());
            BigDecimal ledger =
                    calls.stream().map(Call::costUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal known = billed.getOrDefault(job, BigDecimal.ZERO);
            BigDecimal most = known.add(uncertain.getOrDefault(job, BigDecimal.ZERO));
            if (ledger.compareTo(known) < 0
                    || ledger.compareTo(most) > 0
                    || calls.size() > booked.getOrDefault(job, 0L)) {
                wrong.add(job + " ledger " + calls + ", billed " + known + ", at most " + most);
            }
        }
        return wrong;
    }

    /**
     * Returns pairs of billed calls of a job that exactly these faults, and no timeout, can have
     * interrupted.
     */
    private Collection<String> repetitions(List<Inflicted> causes) {
        var found = new TreeSet<String>();
        bills.forEach(
                (job, calls) -> {
                    for (int i = 1; i < calls.size(); i++) {
                        Call first = calls.get(i - 1);
                        Call second = calls.get(i);
                        boolean isLate =
                                !first.isAnswered()
                                        && second.millis() - first.millis()
                                                >= FIRST_BYTE_TIMEOUT_MILLIS;
                        if (!isLate
                                && evidence.faults().stream()
                                        .filter(it -> it.explainsRepetition(first, second))
                                        .toList()
                                        .equals(causes)) {
                            found.add(job + "| " + first + " and " + second);
                        }
                    }
                });
        return found;
    }

    /** Returns calls of cancelled jobs and paused models of which each worker had notice. */
    private Collection<String> forbiddenCalls() {
        Map<String, List<Ban>> bans =
                evidence.history().bans().stream().collect(groupingBy(Ban::name));
        var wrong = new TreeSet<String>();
        for (var job : evidence.calls().entrySet()) {
            for (Call call : job.getValue()) {
                Stream.of(job.getKey(), call.model())
                        .flatMap(it -> bans.getOrDefault(it, List.of()).stream())
                        .filter(it -> isIgnored(it, call))
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

    private Collection<String> crowdedMinutes() {
        List<Long> times =
                calls().filter(it -> it.model().equals(LoadModel.LIMITED))
                        .map(Call::millis)
                        .sorted()
                        .toList();
        int most = (int) (LoadModel.CALLS_PER_MINUTE * LIMIT_TOLERANCE);
        return IntStream.range(most, times.size())
                .filter(it -> times.get(it) - times.get(it - most) < MINUTE_MILLIS)
                .mapToObj(it -> Instant.ofEpochMilli(times.get(it)).toString())
                .toList();
    }

    /** Calls without an answer, and those that ran at an unplanned end, can be uncertain. */
    private long mostUncertain() {
        return calls().filter(it -> !it.isAnswered()).count()
                + evidence.faults().stream()
                        .filter(Inflicted::harmsWorkers)
                        .mapToLong(it -> it.running() + UNCOMMITTED)
                        .sum();
    }

    /** Returns what often succeeded in the first half of the run and never in the second. */
    private Collection<String> fadedKinds() {
        List<Result> good =
                evidence.outputs().results().stream()
                        .filter(it -> it.text().isPresent())
                        .filter(it -> !it.view().tenant().equals(RecordLoad.LIMITED))
                        .toList();
        var times = good.stream().mapToLong(Result::timestamp).summaryStatistics();
        long middle = (times.getMin() + times.getMax()) / 2;
        Map<Boolean, Map<String, Long>> halves =
                good.stream()
                        .collect(
                                partitioningBy(
                                        it -> it.timestamp() > middle,
                                        groupingBy(
                                                it -> it.view().tenant() + " " + it.outcome(),
                                                counting())));
        return halves.get(false).entrySet().stream()
                .filter(it -> it.getValue() >= OFTEN && !halves.get(true).containsKey(it.getKey()))
                .map(Object::toString)
                .toList();
    }

    private Stream<Call> calls() {
        return evidence.calls().values().stream().flatMap(Collection::stream);
    }

    /** Returns crashes of a worker after which more calls were repeated than promised. */
    private Collection<String> unboundedCrashes() {
        return evidence.faults().stream()
                .filter(it -> it.kind().isCrash() && it.victim().startsWith("w"))
                .filter(it -> repetitions(List.of(it)).size() > it.running() + UNCOMMITTED)
                .map(Object::toString)
                .toList();
    }

    /** Returns results and clients' answers whose text repeats the marker of another prompt. */
    private Collection<String> otherPrompts() {
        Map<String, String> markers = new HashMap<>();
        evidence.history().answers().forEach(it -> putIfKnown(markers, it.jobId(), it.marker()));
        evidence.history().records().forEach(it -> putIfKnown(markers, it.jobId(), it.marker()));
        var wrong = new TreeSet<String>();
        for (Result result : evidence.outputs().results()) {
            String text = result.text().orElse("");
            Marker.in(markers.getOrDefault(result.jobId(), result.view().customId()))
                    .filter(it -> !text.isEmpty() && !LoadCall.isAnswer(text, it))
                    .ifPresent(it -> wrong.add(result.jobId() + " of " + it + ": " + text));
        }
        evidence.history().answers().stream()
                .filter(ClientAnswer::isGood)
                .filter(it -> !LoadCall.isAnswer(it.text(), it.marker()))
                .forEach(it -> wrong.add(it.toString()));
        return wrong;
    }

    private Collection<String> unexplainedErrors() {
        return evidence.outputs().results().stream()
                .filter(
                        it -> {
                            String code = String.valueOf(it.view().errorCode());
                            return UNEXPLAINED.contains(code)
                                    || (code.equals("budget_exceeded")
                                            && !RecordLoad.canHaveBudget(it.view().tenant()));
                        })
                .map(it -> it.jobId() + " " + it.view())
                .toList();
    }

    /** A repetition of a call, such as one with its idempotency key, is the same job. */
    private Collection<String> calledTwice() {
        var jobs = new HashMap<String, Set<String>>();
        evidence.outputs().results().stream()
                .filter(Result::isCalled)
                .forEach(
                        it ->
                                it.text()
                                        .flatMap(Marker::in)
                                        .filter(Marker::isUnique)
                                        .map(
                                                marker ->
                                                        jobs.computeIfAbsent(
                                                                marker, _ -> new TreeSet<>()))
                                        .ifPresent(all -> all.add(it.jobId())));
        return jobs.values().stream().filter(it -> it.size() > 1).map(Set::toString).toList();
    }

    /** Each answer belongs to one called job; only jobs of its tenant share the answer. */
    private Collection<String> sharedAnswers() {
        var wrong = new TreeSet<String>();
        evidence.outputs().results().stream()
                .filter(it -> !it.answerId().isEmpty())
                .collect(groupingBy(Result::answerId))
                .forEach(
                        (id, jobs) -> {
                            if (jobs.stream().map(it -> it.view().tenant()).distinct().count() != 1
                                    || jobs.stream().filter(Result::isCalled).count() != 1) {
                                wrong.add(id + " of " + jobs);
                            }
                        });
        return wrong;
    }

    /** Returns results that name a document of another tenant; its id is the name of its tenant. */
    private Collection<String> otherDocuments() {
        return evidence.outputs().results().stream()
                .filter(it -> !it.document().isEmpty())
                .filter(it -> !it.document().equals(it.view().tenant()))
                .map(Result::toString)
                .toList();
    }

    private Collection<String> overspentBudgets() {
        var overspent = new ArrayList<String>();
        evidence.outputs()
                .budgets()
                .forEach(
                        (key, state) -> {
                            if (state.exceeds(state.limitUsd().add(resentUsd(key.limit())))) {
                                overspent.add(key + ": " + state);
                            }
                        });
        return overspent;
    }

    /** Returns budgets that still hold money, or differ from their cost events. */
    private Collection<String> unsettledBudgets() {
        var wrong = new TreeSet<String>();
        Map<ControlKey.Limit, BigDecimal> unexplained = new HashMap<>();
        evidence.outputs()
                .budgets()
                .forEach(
                        (key, state) -> {
                            unexplained.merge(key.limit(), state.spentUsd(), BigDecimal::add);
                            if (state.reservedUsd().signum() != 0 || state.waitingJobs() != 0) {
                                wrong.add(key + ": " + state);
                            }
                        });
        for (CostEvent event : costs()) {
            for (var limit : limits(event)) {
                unexplained.computeIfPresent(limit, (_, it) -> it.subtract(event.costUsd()));
            }
        }
        unexplained.forEach(
                (limit, usd) -> {
                    if (usd.abs().compareTo(resentUsd(limit)) > 0) {
                        wrong.add(limit + " has spent " + usd + " more");
                    }
                });
        return wrong;
    }

    /** Returns the limits of tenant and batch. */
    private static List<ControlKey.Limit> limits(CostEvent event) {
        return List.of(
                new ControlKey.TenantLimit(event.tenant()),
                new ControlKey.BatchLimit(event.tenant(), event.batch()));
    }

    private BigDecimal resentUsd(ControlKey.Limit limit) {
        return resentUsd.getOrDefault(limit, BigDecimal.ZERO);
    }

    private static void putIfKnown(
            Map<String, String> markers, @Nullable String job, String marker) {
        if (job != null) {
            markers.put(job, marker);
        }
    }

    /** Returns idempotency keys with different jobs or answers, and answers unlike their result. */
    private Collection<String> otherAnswers() {
        var wrong = new TreeSet<String>();
        Map<String, ClientAnswer> first = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        evidence.outputs()
                .results()
                .forEach(it -> it.text().ifPresent(text -> texts.put(it.jobId(), text)));
        for (ClientAnswer answer : evidence.history().answers()) {
            String key = answer.key();
            if (!answer.isGood()) {
                continue;
            }
            ClientAnswer earlier = key == null ? null : first.putIfAbsent(key, answer);
            if (earlier != null
                    && (!Objects.equals(earlier.jobId(), answer.jobId())
                            || !earlier.text().equals(answer.text()))) {
                wrong.add(earlier + " and " + answer);
            }
            String job = answer.jobId();
            if (job == null || !answer.text().equals(texts.get(job))) {
                wrong.add(answer + " but the result has " + texts.get(job));
            }
        }
        return wrong;
    }

    /** Returns true if all jobs have ended, and database and budgets have everything. */
    boolean isSettled() {
        return lost(count(evidence.outputs().results(), Result::jobId).keySet()).isEmpty()
                && unsettledBudgets().isEmpty()
                && differences().values().stream().allMatch(Collection::isEmpty);
    }

    private Map<String, Collection<String>> differences() {
        Outputs.Rows rows = evidence.outputs().rows();
        Outputs.Rows database = evidence.database();
        return Map.of(
                "results", difference(rows.results(), database.results()),
                "costs", difference(rows.costs(), database.costs()),
                "dead letters", difference(rows.deadLetters(), database.deadLetters()));
    }

    /** Returns what only one of two lists has, or has more often. */
    private Collection<String> difference(List<String> topics, List<String> database) {
        Map<String, Long> counts = count(notResent(topics), it -> it);
        notResent(database).forEach(it -> counts.merge(it, -1L, Long::sum));
        var different = new TreeSet<String>();
        counts.forEach(
                (row, count) -> {
                    if (count != 0) {
                        different.add((count > 0 ? "only in topics: " : "only stored: ") + row);
                    }
                });
        return different;
    }

    private List<CostEvent> costs() {
        return evidence.outputs().costs();
    }

    /** Returns the texts whose beginning is the id of no job that was sent again. */
    private Collection<String> notResent(Collection<String> texts) {
        return texts.stream().filter(it -> !resent.contains(it.split("[-|]", 2)[0])).toList();
    }

    private Stream<CostEvent> events(CostKind kind) {
        return costs().stream().filter(it -> it.kind() == kind);
    }

    private Map<String, BigDecimal> sums(CostKind kind) {
        Map<String, BigDecimal> sums = new HashMap<>();
        events(kind).forEach(it -> sums.merge(called(it), it.costUsd(), BigDecimal::add));
        return sums;
    }

    /** Returns the job that the provider saw: a part of a split document is one. */
    private static String called(CostEvent event) {
        JobId part = event.part();
        return (part == null ? event.jobId() : part).value();
    }

    private static <T> Map<String, Long> count(Collection<T> all, Function<T, String> key) {
        return new HashMap<>(all.stream().collect(groupingBy(key, counting())));
    }

    private static Collection<String> several(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .filter(it -> it.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Adds a problem with the first cases, and returns their number. */
    private long report(String what, Collection<String> cases) {
        if (!cases.isEmpty()) {
            problems.add(cases.size() + " " + what + ": " + cases.stream().limit(SHOWN).toList());
        }
        return cases.size();
    }
}
