package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Checks the results, cost events and dead letters that a committed reader sees. */
final class Outcomes {
    private static final int MICROS = 6;

    private final Checker checker;
    private final JobLog jobs;
    private final RefusalWatch refusals;
    private final AnswerWatch answers;
    private final PartWatch parts;
    private final Set<String> markers = new HashSet<>();

    Outcomes(Checker checker) {
        this.checker = checker;
        this.jobs = checker.world().jobs();
        this.refusals = new RefusalWatch(checker);
        this.answers = new AnswerWatch(checker);
        this.parts = new PartWatch(checker);
    }

    void onCommitted(Transaction committed) {
        PartWatch.View view = parts.view(committed);
        Transaction transaction = view.transaction();
        answers.onCommitted(transaction, view.withoutResult());
        var ended = new ArrayList<Task>(view.withoutResult());
        var unnamed = new ArrayList<Task>();
        var results = new LinkedHashMap<Task, ResultView>();
        var finals = new HashSet<JobId>();
        for (var written : transaction.records()) {
            if (JobLog.TOPICS.isJobTopic(written.topic())) {
                onHandOver(written);
            } else if (written.topic().equals(JobLog.TOPICS.results())) {
                var result = ResultView.read(written.value());
                Task task = jobs.ended(id(written), result.model());
                ended.add(task);
                results.put(task, result);
            } else if (written.topic().equals(JobLog.TOPICS.retrieved())) {
                onContinued(jobs.latest(JobRecords.headers(written.headers()).jobId()));
            } else if (written.topic().equals(JobLog.TOPICS.costs())) {
                onCost(CostEventCodec.read(written.value()), finals);
            } else if (written.topic().equals(JobLog.TOPICS.deadLetters())) {
                (isNamed(written) ? ended : unnamed).add(origin(written));
            } else if (written.topic().equals(JobLog.TOPICS.control())) {
                markers.add(new String(written.key(), UTF_8));
            }
        }
        ended.forEach(this::onOutcome);
        unnamed.forEach(this::onOutcome);
        results.forEach(this::onResult);
        if (!finals.equals(ended.stream().map(it -> it.id).collect(Collectors.toSet()))) {
            checker.violated(
                    Invariant.ONE_OUTCOME,
                    "outcomes of %s, but final events of %s".formatted(ended, finals));
        }
    }

    /** Ends the job's record; another record continues the job. */
    private void onContinued(Task task) {
        onOutcome(task);
        task.isHandedOver = true;
    }

    /** Ends the job at its model; the next model continues it. */
    private void onHandOver(ProducerRecord<byte[], byte[]> written) {
        JobHeaders headers = JobRecords.headers(written.headers());
        Task leaving = leaving(headers);
        if (written.topic().equals(JobLog.TOPICS.jobs(headers.model(), Lane.EXPRESS))) {
            checker.violated(
                    Invariant.EXPRESS_HAS_NO_TRANSACTIONS,
                    "%s is handed over to %s".formatted(leaving, written.topic()));
        }
        checker.world().eventLog().add(EventType.HANDED_OVER, leaving);
        onContinued(leaving);
        jobs.handOver(written, leaving);
    }

    /**
     * Returns the record that a hand-over ends: the latest one at a model that the job has left.
     */
    private Task leaving(JobHeaders headers) {
        var left = headers.fallbacks().stream().map(Fallback::model).toList();
        return jobs.tasks(headers.jobId()).reversed().stream()
                .filter(it -> left.contains(it.topic.model()))
                .findFirst()
                .orElseThrow();
    }

    private void onResult(Task task, ResultView result) {
        checkTotals(task, result);
        refusals.onResult(task, result);
        checker.onResult(task);
        if (ErrorCode.CANCELLED.code().equals(result.errorCode())) {
            checker.world().eventLog().add(EventType.ENDED_AS_CANCELLED, task);
            if (!checker.world().control().isCancelled(task)) {
                checker.violated(
                        Invariant.COMMANDS_OBEYED,
                        "%s ends as cancelled, but was not cancelled".formatted(task));
            }
        }
    }

    /** Checks that the result has all calls and costs, as far as its process knows them. */
    private void checkTotals(Task task, ResultView result) {
        if (task.isExempt()) {
            return;
        }
        long billed = micros(task, CostKind.BILLED);
        long inResult = result.costUsd().movePointRight(MICROS).longValueExact();
        long attempts = task.sentForJob().filter(it -> !it.isExcusable).count();
        boolean isKnown = checker.world().isUndisturbed() && !checker.world().isRebalanced();
        if (inResult > billed || (isKnown && inResult != billed) || result.attempts() < attempts) {
            checker.violated(
                    Invariant.ACCOUNTING,
                    "%s has a result with %d attempts and %d, but %d calls count, with events %s"
                            .formatted(task, result.attempts(), inResult, attempts, costs(task)));
        }
    }

    boolean isMarked(TopicPartition partition) {
        return markers.contains(SimulatedTopics.marker(partition, jobs.log(partition).topicId));
    }

    private static JobId id(ProducerRecord<byte[], byte[]> written) {
        return new JobId(new String(written.key(), UTF_8));
    }

    private Task origin(ProducerRecord<byte[], byte[]> written) {
        var letter = DeadLetter.read(written.headers());
        var partition = new TopicPartition(letter.topic(), letter.partition());
        return jobs.task(partition, letter.offset(), written.value());
    }

    /** Returns true if a dead letter names its job, which then also has a final event. */
    private static boolean isNamed(ProducerRecord<byte[], byte[]> letter) {
        return DeadLetter.read(letter.headers()).jobId() != null;
    }

    private void onCost(CostEvent event, Set<JobId> finals) {
        Task task = jobs.latest(event.jobId());
        if (event.isFinal() && !finals.add(task.id)) {
            checker.violated(Invariant.ONE_OUTCOME, "%s has two final events".formatted(task));
        }
        boolean isRepeated =
                task.costs.stream().anyMatch(earlier -> earlier.attempt() == event.attempt());
        task.costs.add(event);
        checker.onCost(task, event);
        if (isRepeated && !task.isExempt()) {
            checker.violated(
                    Invariant.ACCOUNTING,
                    "%s has two events for one attempt: %s".formatted(task, costs(task)));
        }
    }

    private void onOutcome(Task task) {
        if (++task.outcomes > 1 && !task.isExempt()) {
            checker.violated(
                    Invariant.ONE_OUTCOME, "%s has %d outcomes".formatted(task, task.outcomes));
        }
    }

    /** Checks the outcomes and costs of jobs that should all have ended. */
    void checkEnds(Collection<Task> tasks) {
        for (Task task : tasks) {
            if (task.outcomes == 0 && !task.isContinuedExempt()) {
                checker.violated(Invariant.ONE_OUTCOME, "%s has no outcome".formatted(task));
            }
            if (!task.isPolledEarly && !task.isContinuedExempt() && !task.isHandedOver) {
                checkAccount(task);
            }
        }
    }

    private void checkAccount(Task task) {
        long charged = task.sentForJob().mapToLong(sent -> sent.billedMicros).sum();
        long billed = micros(task, CostKind.BILLED);
        long uncertain = micros(task, CostKind.UNCERTAIN);
        long calls = task.sentForJob().filter(sent -> sent.billedMicros > 0).count();
        boolean isCounted = count(task, CostKind.BILLED) + count(task, CostKind.UNCERTAIN) >= calls;
        boolean isExact = charged == billed || count(task, CostKind.UNCERTAIN) > 0;
        if (billed > charged || charged > billed + uncertain || !isCounted || !isExact) {
            checker.violated(
                    Invariant.ACCOUNTING,
                    "%s is charged %d for %d calls, but its events are %s"
                            .formatted(task, charged, calls, costs(task)));
        }
    }

    private static long micros(Task task, CostKind kind) {
        return task.costs.stream()
                .filter(event -> event.kind() == kind)
                .mapToLong(event -> event.costUsd().movePointRight(MICROS).longValueExact())
                .sum();
    }

    private static long count(Task task, CostKind kind) {
        return task.costs.stream().filter(event -> event.kind() == kind).count();
    }

    private static List<String> costs(Task task) {
        return task.costs.stream()
                .map(it -> it.attempt() + " " + it.kind() + " " + it.costUsd())
                .toList();
    }
}
