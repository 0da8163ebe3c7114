package dev.millrace.worker.outcome;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.JobResult;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.PartReply;
import dev.millrace.contracts.result.Provenance;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.ledger.OpenJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Creates the output records of a job. A job that is a part of another job has no result and no
 * final cost event: it reports its end to its parent. Records of a job name the partition of the
 * job's request; the sender checks whether the output topic has that partition. Only the answer, by
 * which jobs of the same cache key learn how the job ended, goes by that key or by its group.
 */
public final class OutputRecords {

    private final Topics topics;
    private final int maxResultBytes;

    /**
     * Creates the output records of one pipeline.
     *
     * @param maxResultBytes maximum length of a value in the results topic
     */
    public OutputRecords(Topics topics, int maxResultBytes) {
        this.topics = topics;
        this.maxResultBytes = maxResultBytes;
    }

    /**
     * Returns the job's result, its answer if it has a cache key, and its final cost event. Of a
     * part, returns the report to its parent instead of the result.
     */
    public List<ProducerRecord<byte[], byte[]>> of(FinishedJob finished) {
        Outcome outcome = finished.outcome();
        byte[] value = json(finished, outcome);
        if (value.length > maxResultBytes) {
            // The broker would reject the result each time.
            outcome =
                    Outcome.rejected(
                            ErrorCode.RESPONSE_TOO_LARGE,
                            "the result would have "
                                    + value.length
                                    + " bytes, at most "
                                    + maxResultBytes);
            value = json(finished, outcome);
        }
        var last = finished.last().with(end(finished, outcome.error()));
        return ended(finished.headers(), value, last);
    }

    private List<ProducerRecord<byte[], byte[]>> ended(
            JobHeaders job, byte[] result, CostEvent last) {
        var written = new ArrayList<ProducerRecord<byte[], byte[]>>();
        Integer partition = job.requestPartition();
        PartReply reply = reply(job, result, last);
        written.add(
                reply == null
                        ? record(topics.results(), partition, job.jobId(), result)
                        : record(reply, partition));
        if (job.cacheKey() != null) {
            written.add(answer(job.cacheKey(), job.cacheGroup(), job.jobId(), result));
        }
        written.addAll(reply == null ? List.of(cost(job, last)) : costs(reply, partition));
        return written;
    }

    /** Returns the report of a part to its parent; null for a job of a request. */
    private static @Nullable PartReply reply(
            JobHeaders job, byte @Nullable [] result, CostEvent last) {
        return job.parent() == null ? null : new PartReply(job.parent(), result, last);
    }

    private ProducerRecord<byte[], byte[]> record(PartReply reply, @Nullable Integer partition) {
        return new ProducerRecord<>(
                topics.parts(), partition, reply.key(), reply.result(), reply.headers());
    }

    private List<ProducerRecord<byte[], byte[]>> costs(
            PartReply reply, @Nullable Integer partition) {
        return reply.cost().map(event -> costRecord(partition, event)).stream().toList();
    }

    /**
     * Returns the record that reports the end of a job to the jobs of the same cache key. The key
     * selects the partition, as it does for the router.
     *
     * @param group group of the cache key, which selects the partition then; null for none
     * @param result the job's result; null if it has none
     */
    private ProducerRecord<byte[], byte[]> answer(
            String cacheKey, @Nullable String group, JobId job, byte @Nullable [] result) {
        var headers = schema();
        MillraceHeaders.put(headers, MillraceHeaders.JOB_ID, job);
        if (group != null) {
            MillraceHeaders.put(headers, MillraceHeaders.CACHE_KEY, cacheKey);
        }
        String key = group == null ? cacheKey : group;
        return new ProducerRecord<>(topics.answers(), null, key.getBytes(UTF_8), result, headers);
    }

    /**
     * Returns the records of an ended job with an empty answer, so that no other job gets its
     * result. Used if the answers topic accepts smaller records than the results topic.
     */
    public List<ProducerRecord<byte[], byte[]>> unshared(
            List<ProducerRecord<byte[], byte[]>> ended) {
        return ended.stream()
                .map(
                        it ->
                                it.topic().equals(topics.answers())
                                        ? new ProducerRecord<byte[], byte[]>(
                                                it.topic(), null, it.key(), null, it.headers())
                                        : it)
                .toList();
    }

    /**
     * Returns a function that creates the job's output without the provider's answer, for a result
     * that the cluster rejects because of its size. Everything else is kept, in particular the
     * billed amount.
     *
     * @param finished its line and outcome are not retained
     */
    public Function<String, List<ProducerRecord<byte[], byte[]>>> withoutAnswer(
            FinishedJob finished) {
        JobHeaders job = finished.headers();
        String customId = finished.line().customId();
        Provenance provenance = provenance(finished);
        CostEvent last = finished.last().with(end(finished, ErrorCode.RESPONSE_TOO_LARGE));
        return reason -> {
            Outcome outcome =
                    Outcome.rejected(
                            ErrorCode.RESPONSE_TOO_LARGE,
                            "the results topic rejects the result: " + reason);
            return ended(job, new JobResult(customId, outcome, provenance).toJson(), last);
        };
    }

    /** Returns the topic of a model's jobs in one lane. */
    public String jobTopic(String model, Lane lane) {
        return topics.jobs(model, lane);
    }

    /**
     * Returns the record that hands a job over to another model: the same key, bytes and timestamp,
     * with other headers. By its timestamp, the job keeps its place among older and younger jobs.
     *
     * @param record the job's record without Millrace's headers
     * @param headers the job's headers at the other model
     */
    public ProducerRecord<byte[], byte[]> handOver(
            ConsumerRecord<byte[], byte[]> record, JobHeaders headers, Lane lane) {
        var all = new RecordHeaders(record.headers());
        headers.writeTo(all);
        return new ProducerRecord<>(
                jobTopic(headers.model(), lane),
                null,
                record.timestamp() < 0 ? null : record.timestamp(),
                record.key(),
                record.value(),
                all);
    }

    private static JobEnd end(FinishedJob finished, @Nullable ErrorCode error) {
        return new JobEnd(
                finished.headers().routedBy(),
                finished.headers().chain().getFirst(),
                finished.lane(),
                error == null ? null : error.code(),
                finished.attempts(),
                finished.billedUsd(),
                finished.times(),
                Provenance.CACHE_MISS);
    }

    /**
     * Returns the record of one cost event of the job. The cost of a part is a cost of its parent.
     */
    public ProducerRecord<byte[], byte[]> cost(JobHeaders job, CostEvent event) {
        return costRecord(
                job.requestPartition(),
                job.parent() == null ? event : event.asCostOf(job.parent()));
    }

    private ProducerRecord<byte[], byte[]> costRecord(
            @Nullable Integer partition, CostEvent event) {
        return record(topics.costs(), partition, event.jobId(), CostEventCodec.toJson(event));
    }

    /**
     * Returns the dead letter for an unreadable record, and the final cost event and answer of the
     * job that the router created it for, if the headers identify the job. Without them, the router
     * would wait for the job forever. A part has no dead letter: its parent ends with a result.
     *
     * @param lane the lane in which the job waited
     * @param reason for a person, in one sentence
     * @param inherited attempts of earlier owners, which could read the record
     */
    public List<ProducerRecord<byte[], byte[]>> unreadable(
            ConsumerRecord<byte[], byte[]> record, Lane lane, String reason, OpenJob inherited) {
        var written = new ArrayList<ProducerRecord<byte[], byte[]>>();
        Optional<UnreadableJob> known = UnreadableJob.of(record.headers());
        Optional<PartReply> reply =
                JobHeaders.parent(record.headers())
                        .flatMap(
                                parent ->
                                        known.map(
                                                job ->
                                                        new PartReply(
                                                                parent,
                                                                null,
                                                                job.end(lane, inherited))));
        Integer partition = known.map(UnreadableJob::requestPartition).orElse(null);
        if (reply.isPresent()) {
            written.add(record(reply.get(), partition));
            written.addAll(costs(reply.get(), partition));
        } else {
            written.add(deadLetter(record, reason));
            known.ifPresent(job -> written.add(costRecord(partition, job.end(lane, inherited))));
        }
        UnreadableJob.id(record.headers())
                .flatMap(
                        id ->
                                JobHeaders.cacheKey(record.headers())
                                        .map(cacheKey -> answer(cacheKey, group(record), id, null)))
                .ifPresent(written::add);
        return written;
    }

    private static @Nullable String group(ConsumerRecord<byte[], byte[]> record) {
        return JobHeaders.cacheGroup(record.headers()).orElse(null);
    }

    /**
     * Returns the dead letter of a job whose record is not a batch line, its answer without a
     * result if it has a cache key, and its final cost event. Of a part, returns the report to its
     * parent instead of the dead letter.
     *
     * @param record with all headers
     * @param reason for a person, in one sentence
     */
    public List<ProducerRecord<byte[], byte[]>> malformed(
            ConsumerRecord<byte[], byte[]> record, String reason, JobHeaders job, CostEvent last) {
        var written = new ArrayList<ProducerRecord<byte[], byte[]>>();
        Integer partition = job.requestPartition();
        PartReply reply = reply(job, null, last);
        written.add(reply == null ? deadLetter(record, reason) : record(reply, partition));
        if (job.cacheKey() != null) {
            written.add(answer(job.cacheKey(), job.cacheGroup(), job.jobId(), null));
        }
        written.addAll(reply == null ? List.of(cost(job, last)) : costs(reply, partition));
        return written;
    }

    private ProducerRecord<byte[], byte[]> deadLetter(
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

    /**
     * Addresses the record to the partition of the job's request, so that the request's router
     * receives it.
     */
    private static ProducerRecord<byte[], byte[]> record(
            String topic, @Nullable Integer partition, JobId job, byte[] value) {
        byte[] key = job.value().getBytes(UTF_8);
        return new ProducerRecord<>(topic, partition, key, value, schema());
    }

    private static byte[] json(FinishedJob finished, Outcome outcome) {
        return new JobResult(finished.line().customId(), outcome, provenance(finished)).toJson();
    }

    private static Provenance provenance(FinishedJob finished) {
        var job = finished.headers();
        return new Provenance(
                        job.jobId(),
                        job.tenant(),
                        job.batch(),
                        job.line(),
                        job.model(),
                        provider(finished),
                        finished.attempts(),
                        Provenance.CACHE_MISS,
                        finished.billedUsd(),
                        finished.times().queuedMs(),
                        finished.times().upstreamMs(),
                        finished.firstTokenMs(),
                        job.routedBy(),
                        job.fallbacks(),
                        null)
                .withLabels(finished.line().options().labels())
                .withOutputLimit(job.maxOutputTokens())
                .withRetrieval(job.passages());
    }

    private static @Nullable String provider(FinishedJob finished) {
        boolean isCalled = finished.attempts() > finished.headers().attempts();
        return finished.model() == null || !isCalled ? null : finished.model().provider();
    }

    private static RecordHeaders schema() {
        var headers = new RecordHeaders();
        MillraceHeaders.put(headers, MillraceHeaders.SCHEMA, MillraceHeaders.SCHEMA_VERSION);
        return headers;
    }
}
