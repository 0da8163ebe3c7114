package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.ResultView;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.Happening;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a committed reader of results, costs and dead letters sees, and whether it adds up. */
final class Outcomes {
    private static final int MICROS = 6;

    private final Checker checker;
    private final JobLog jobs;
    private final Set<String> marked = new HashSet<>();

    Outcomes(Checker checker) {
        this.checker = checker;
        this.jobs = checker.world().jobs();
    }

    void onCommitted(Transaction transaction) {
        var ended = new ArrayList<Task>();
        var unnamed = new ArrayList<Task>();
        var finals = new HashSet<Task>();
        for (var written : transaction.records()) {
            if (written.topic().equals(JobLog.TOPICS.results())) {
                ended.add(task(written));
                onResult(task(written), ResultView.read(written.value()));
            } else if (written.topic().equals(JobLog.TOPICS.costs())) {
                onCost(CostEventCodec.read(written.value()), finals);
            } else if (written.topic().equals(JobLog.TOPICS.deadLetters())) {
                (isNamed(written) ? ended : unnamed).add(origin(written));
            } else if (written.topic().equals(JobLog.TOPICS.control())) {
                marked.add(new String(written.key(), UTF_8));
            }
        }
        ended.forEach(this::onOutcome);
        unnamed.forEach(this::onOutcome);
        if (!finals.equals(Set.copyOf(ended))) {
            checker.broken(
                    Invariant.ONE_OUTCOME,
                    "ends of %s, final events of %s".formatted(ended, finals));
        }
    }

    private void onResult(Task task, ResultView result) {
        if (ErrorCode.CANCELLED.code().equals(result.errorCode())) {
            checker.world().chronicle().note(Happening.ENDED_AS_CANCELLED, task);
            if (!checker.world().control().isCancelled(task)) {
                checker.broken(
                        Invariant.ORDERS_OBEYED,
                        "%s ends as cancelled, and is not".formatted(task));
            }
        }
    }

    boolean isMarked(TopicPartition partition) {
        return marked.contains(SimulatedTopics.marker(partition, jobs.shelf(partition).topicId));
    }

    private Task task(ProducerRecord<byte[], byte[]> written) {
        return task(new JobId(new String(written.key(), UTF_8)));
    }

    private Task task(JobId id) {
        return Objects.requireNonNull(jobs.task(id), id.value());
    }

    private Task origin(ProducerRecord<byte[], byte[]> written) {
        var letter = DeadLetter.read(written.headers());
        var place = new TopicPartition(letter.topic(), letter.partition());
        return jobs.task(place, letter.offset(), written.value());
    }

    /** Whether it says of which job it was: then that has a final event, too. */
    private static boolean isNamed(ProducerRecord<byte[], byte[]> letter) {
        return DeadLetter.read(letter.headers()).jobId() != null;
    }

    private void onCost(CostEvent event, Set<Task> finals) {
        Task task = task(event.jobId());
        if (event.isFinal() && !finals.add(task)) {
            checker.broken(Invariant.ONE_OUTCOME, "%s has two final events".formatted(task));
        }
        boolean isRepeated =
                task.costs.stream().anyMatch(earlier -> earlier.attempt() == event.attempt());
        task.costs.add(event);
        if (isRepeated && !task.isExcused()) {
            checker.broken(
                    Invariant.ACCOUNTING,
                    "%s has two events of one attempt: %s".formatted(task, costs(task)));
        }
    }

    private void onOutcome(Task task) {
        if (++task.outcomes > 1 && !task.isExcused()) {
            checker.broken(
                    Invariant.ONE_OUTCOME, "%s has %d outcomes".formatted(task, task.outcomes));
        }
    }

    /** Of jobs that have all come to their end. */
    void checkEnds(Collection<Task> tasks) {
        for (Task task : tasks) {
            if (task.outcomes == 0) {
                checker.broken(Invariant.ONE_OUTCOME, "%s has no outcome".formatted(task));
            }
            if (!task.isTakenEarly) {
                checkAccount(task);
            }
        }
    }

    private void checkAccount(Task task) {
        long charged = task.sent.stream().mapToLong(sent -> sent.billedMicros).sum();
        long billed = micros(task, CostKind.BILLED);
        long uncertain = micros(task, CostKind.UNCERTAIN);
        long calls = task.sent.stream().filter(sent -> sent.billedMicros > 0).count();
        boolean isCounted = count(task, CostKind.BILLED) + count(task, CostKind.UNCERTAIN) >= calls;
        boolean isExact = charged == billed || count(task, CostKind.UNCERTAIN) > 0;
        if (billed > charged || charged > billed + uncertain || !isCounted || !isExact) {
            checker.broken(
                    Invariant.ACCOUNTING,
                    "%s is charged %d for %d calls, and its events are %s"
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
