package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Writes what a job came to as records of the output topics. */
public final class OutputRecords {

    private final Topics topics;
    private final int maxResultBytes;

    /**
     * @param maxResultBytes longest value that the results topic takes
     */
    public OutputRecords(Topics topics, int maxResultBytes) {
        this.topics = topics;
        this.maxResultBytes = maxResultBytes;
    }

    /** The job's result and its cost events. */
    public List<ProducerRecord<byte[], byte[]>> of(Ending ending) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        records.add(result(ending));
        ending.events().forEach(event -> records.add(cost(event)));
        return records;
    }

    /** One cost event. */
    public ProducerRecord<byte[], byte[]> cost(CostEvent event) {
        return new ProducerRecord<>(
                topics.costs(), null, key(event.jobId()), CostEventCodec.toJson(event), schema());
    }

    /**
     * A record that is no job.
     *
     * @param reason for a person, in one sentence
     */
    public ProducerRecord<byte[], byte[]> deadLetter(
            ConsumerRecord<byte[], byte[]> record, String reason) {
        var headers = new RecordHeaders(record.headers());
        new DeadLetter(
                        ErrorCode.MALFORMED_REQUEST.code(),
                        reason,
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        MillraceHeaders.text(headers, MillraceHeaders.TENANT).orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.BATCH).orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.LINE)
                                .filter(text -> text.matches("[1-9][0-9]{0,17}"))
                                .map(Long::valueOf)
                                .orElse(null),
                        MillraceHeaders.text(headers, MillraceHeaders.JOB_ID).orElse(null))
                .writeTo(headers);
        return new ProducerRecord<>(
                topics.deadLetters(), null, record.key(), record.value(), headers);
    }

    private ProducerRecord<byte[], byte[]> result(Ending ending) {
        byte[] value = json(ending, ending.outcome());
        if (value.length > maxResultBytes) {
            // Would be refused by the broker, again and again.
            value =
                    json(
                            ending,
                            Outcome.refused(
                                    ErrorCode.RESPONSE_TOO_LARGE,
                                    "the result would have "
                                            + value.length
                                            + " bytes, at most "
                                            + maxResultBytes));
        }
        return new ProducerRecord<>(
                topics.results(), null, key(ending.headers().jobId()), value, schema());
    }

    private static byte[] json(Ending ending, Outcome outcome) {
        var job = ending.headers();
        var provenance =
                new Provenance(
                        job.jobId(),
                        job.tenant(),
                        job.batch(),
                        job.line(),
                        job.model(),
                        provider(ending),
                        ending.attempts(),
                        Provenance.CACHE_MISS,
                        ending.billedUsd(),
                        ending.queuedMs(),
                        ending.upstreamMs(),
                        job.routedBy(),
                        ending.line().options().metadata());
        return new JobResult(ending.line().customId(), outcome, provenance).toJson();
    }

    private static @Nullable String provider(Ending ending) {
        return ending.model() == null || ending.attempts() == 0 ? null : ending.model().provider();
    }

    private static RecordHeaders schema() {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        return headers;
    }

    private static byte[] key(JobId id) {
        return id.value().getBytes(UTF_8);
    }
}
