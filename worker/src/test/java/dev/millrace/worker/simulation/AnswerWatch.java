package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.worker.port.ResultLog.Transaction;
import dev.millrace.worker.simulation.time.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Checks {@link Invariant#ONE_ANSWER} in each transaction that a committed reader sees. A job keeps
 * the cache key of its first model.
 */
final class AnswerWatch {
    private static final String WITHOUT_RESULT = "none";

    private final Checker checker;
    private final JobLog jobs;

    AnswerWatch(Checker checker) {
        this.checker = checker;
        this.jobs = checker.world().jobs();
    }

    /**
     * @param withoutResult parts that ended without a result and a dead letter
     */
    void onCommitted(Transaction transaction, List<Task> withoutResult) {
        var expected = new ArrayList<String>();
        withoutResult.forEach(it -> expectedAnswer(it.id, null).ifPresent(expected::add));
        var written = new ArrayList<String>();
        for (var record : transaction.records()) {
            if (record.topic().equals(JobLog.TOPICS.results())) {
                var id = new JobId(new String(record.key(), UTF_8));
                expectedAnswer(id, record.value()).ifPresent(expected::add);
            } else if (record.topic().equals(JobLog.TOPICS.deadLetters())) {
                id(record).flatMap(id -> expectedAnswer(id, null)).ifPresent(expected::add);
            } else if (record.topic().equals(JobLog.TOPICS.answers())) {
                written.add(written(record));
            }
        }
        check(expected, written);
        checkFinalCosts(transaction);
    }

    /** Checks that a job whose final cost event is written has an answer. */
    private void checkFinalCosts(Transaction transaction) {
        var answered =
                transaction.records().stream()
                        .filter(it -> it.topic().equals(JobLog.TOPICS.answers()))
                        .map(it -> id(it).orElseThrow())
                        .toList();
        transaction.records().stream()
                .filter(it -> it.topic().equals(JobLog.TOPICS.costs()))
                .map(it -> CostEventCodec.read(it.value()))
                .filter(CostEvent::isFinal)
                .map(CostEvent::jobId)
                .filter(id -> cacheKey(id).isPresent() && !answered.contains(id))
                .forEach(
                        id ->
                                checker.violated(
                                        Invariant.ONE_ANSWER, id + " has ended without an answer"));
    }

    private String written(ProducerRecord<byte[], byte[]> record) {
        JobId id = id(record).orElseThrow();
        checker.world()
                .eventLog()
                .add(
                        record.value() == null
                                ? EventType.ANSWER_WITHOUT_RESULT
                                : EventType.ANSWER_WRITTEN,
                        id);
        return answer(new String(record.key(), UTF_8), id, record.value());
    }

    private void check(List<String> expected, List<String> written) {
        if (!expected.stream().sorted().toList().equals(written.stream().sorted().toList())) {
            checker.violated(
                    Invariant.ONE_ANSWER,
                    "expected the answers %s, but found %s".formatted(expected, written));
        }
    }

    private static Optional<JobId> id(ProducerRecord<byte[], byte[]> record) {
        return MillraceHeaders.text(record.headers(), MillraceHeaders.JOB_ID).map(JobId::new);
    }

    private Optional<String> expectedAnswer(JobId id, byte @Nullable [] result) {
        return cacheKey(id).map(cacheKey -> answer(cacheKey, id, result));
    }

    private Optional<String> cacheKey(JobId id) {
        return JobHeaders.cacheKey(jobs.tasks(id).getFirst().record.headers());
    }

    private static String answer(String cacheKey, JobId id, byte @Nullable [] result) {
        return cacheKey
                + " "
                + id
                + " "
                + (result == null ? WITHOUT_RESULT : new String(result, UTF_8));
    }
}
