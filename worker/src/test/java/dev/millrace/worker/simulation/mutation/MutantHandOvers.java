package dev.millrace.worker.simulation.mutation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.UnreadableHeader;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.port.ResultLog.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Falsifies the hand-overs of a transaction for {@link Mutation}. */
final class MutantHandOvers {
    private static final Topics TOPICS = new Topics("millrace.");

    private MutantHandOvers() {}

    static boolean isHandOver(ProducerRecord<byte[], byte[]> record) {
        return TOPICS.isJobTopic(record.topic());
    }

    /** Returns a transaction of the hand-overs alone. */
    static Transaction only(Transaction it) {
        return new Transaction(
                it.records().stream().filter(MutantHandOvers::isHandOver).toList(),
                Map.of(),
                it.group());
    }

    static Transaction without(Transaction it) {
        return new Transaction(
                it.records().stream().filter(record -> !isHandOver(record)).toList(),
                it.offsets(),
                it.group());
    }

    static Transaction atFormerPosition(Transaction it) {
        return changed(it, job -> with(job, MillraceHeaders.CHAIN_POSITION, "0"));
    }

    static Transaction toExpress(Transaction it) {
        return changed(
                it,
                job -> with(TOPICS.jobs(headers(job).model(), Lane.EXPRESS), job, job.headers()));
    }

    static Transaction withoutAttempts(Transaction it) {
        return changed(it, job -> with(job, MillraceHeaders.ATTEMPTS, "0"));
    }

    static Transaction withoutSpending(Transaction it) {
        return changed(it, job -> with(job, MillraceHeaders.SPENT_USD, null));
    }

    static Transaction withoutParent(Transaction it) {
        return changed(it, job -> with(job, MillraceHeaders.PARENT, null));
    }

    static Transaction withoutCacheKey(Transaction it) {
        return changed(it, job -> with(job, MillraceHeaders.CACHE_KEY, null));
    }

    /** Adds the answer of each handed-over job that has a cache key. */
    static Transaction withAnswers(Transaction it) {
        var records = new ArrayList<>(it.records());
        for (var record : it.records()) {
            if (isHandOver(record)) {
                JobHeaders.cacheKey(record.headers())
                        .ifPresent(cacheKey -> records.add(answer(cacheKey, jobId(record))));
            }
        }
        return new Transaction(records, it.offsets(), it.group());
    }

    private static ProducerRecord<byte[], byte[]> answer(String cacheKey, String jobId) {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, jobId);
        return new ProducerRecord<>(
                TOPICS.answers(), null, cacheKey.getBytes(UTF_8), null, headers);
    }

    private static Transaction changed(
            Transaction it, UnaryOperator<ProducerRecord<byte[], byte[]>> change) {
        return new Transaction(
                it.records().stream()
                        .map(record -> isHandOver(record) ? change.apply(record) : record)
                        .toList(),
                it.offsets(),
                it.group());
    }

    private static ProducerRecord<byte[], byte[]> with(
            ProducerRecord<byte[], byte[]> record, String name, @Nullable String value) {
        var headers = new RecordHeaders(record.headers());
        MillraceHeaders.put(headers, name, value);
        return with(record.topic(), record, headers);
    }

    private static ProducerRecord<byte[], byte[]> with(
            String topic, ProducerRecord<byte[], byte[]> record, Headers headers) {
        return new ProducerRecord<>(
                topic,
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    /** Marks the cost events of handed-over jobs as final. */
    static Transaction withFinalCosts(Transaction it) {
        Set<String> handedOver =
                it.records().stream()
                        .filter(MutantHandOvers::isHandOver)
                        .map(MutantHandOvers::jobId)
                        .collect(Collectors.toSet());
        List<ProducerRecord<byte[], byte[]>> records =
                it.records().stream().map(record -> asFinal(record, handedOver)).toList();
        return new Transaction(records, it.offsets(), it.group());
    }

    private static String jobId(ProducerRecord<byte[], byte[]> handOver) {
        return headers(handOver).jobId().value();
    }

    private static JobHeaders headers(ProducerRecord<byte[], byte[]> handOver) {
        try {
            return JobHeaders.read(handOver.headers());
        } catch (UnreadableHeader e) {
            throw new IllegalStateException(e);
        }
    }

    private static ProducerRecord<byte[], byte[]> asFinal(
            ProducerRecord<byte[], byte[]> record, Set<String> handedOver) {
        if (!record.topic().equals(TOPICS.costs())) {
            return record;
        }
        CostEvent event = CostEventCodec.read(record.value());
        if (!handedOver.contains(event.jobId().value())) {
            return record;
        }
        var end = CostEvent.withoutCall(event.jobId(), event.tenant(), event.batch());
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.key(), CostEventCodec.toJson(end));
    }
}
