package dev.millrace.worker.outcome;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BuriedRecord;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.EndWriter;
import dev.millrace.contracts.result.JobEnding;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.UnreadableRecord;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.worker.ledger.OpenJob;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Creates the records that a worker writes: the ends of jobs and attempts, and hand-overs. */
public final class OutputRecords {
    private static final String REJECTED = "the results topic rejects the result";

    private final Topics topics;
    private final EndWriter ends;

    /**
     * Creates the output records of one pipeline.
     *
     * @param maxResultBytes maximum length of a value in the results topic
     */
    public OutputRecords(Topics topics, int maxResultBytes) {
        this.topics = topics;
        this.ends = new EndWriter(topics, () -> maxResultBytes);
    }

    /** Returns the records of an ended job. */
    public List<ProducerRecord<byte[], byte[]>> of(JobEnding ending) {
        return ends.write(ending).records();
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
     * that the cluster rejects because of its size. The output keeps everything else, in particular
     * the billed amount.
     *
     * @param ending its outcome is not retained
     */
    public Function<String, List<ProducerRecord<byte[], byte[]>>> withoutAnswer(
            JobEnding.Settled ending) {
        JobEnding.Settled kept = ending.tooLarge(REJECTED);
        return reason -> of(kept.tooLarge(REJECTED + ": " + reason));
    }

    /**
     * Returns a function like {@link #withoutAnswer}, whose output also leaves out metadata and
     * passages.
     */
    public Function<String, List<ProducerRecord<byte[], byte[]>>> withoutExtras(
            JobEnding.Settled ending) {
        JobEnding.Settled kept = ending.tooLarge(REJECTED).withoutExtras();
        return reason -> of(kept.tooLarge(REJECTED + ": " + reason));
    }

    /** Returns the topic of a model's jobs in one lane. */
    public String jobTopic(String model, Lane lane) {
        return topics.jobs(model, lane);
    }

    /**
     * Returns the record that hands a job over to another model: key, bytes and timestamp stay,
     * headers change. The timestamp keeps the job's place among older and younger jobs.
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

    /**
     * Returns the record that returns a job to the router task of its request, which reserves money
     * for its next attempt: key, bytes and timestamp stay, headers change.
     *
     * @param record the job's record without Millrace's headers
     */
    public ProducerRecord<byte[], byte[]> returned(
            ConsumerRecord<byte[], byte[]> record, JobHeaders headers) {
        var all = new RecordHeaders(record.headers());
        headers.writeTo(all);
        return new ProducerRecord<>(
                topics.retrieved(),
                headers.requestPartition(),
                record.timestamp() < 0 ? null : record.timestamp(),
                record.key(),
                record.value(),
                all);
    }

    /** Returns the record after which no identical job waits for a job. */
    public ProducerRecord<byte[], byte[]> noAnswer(JobHeaders job, String cacheKey) {
        return ends.answer(cacheKey, job.cacheNamespace(), job.jobId(), null);
    }

    /** Returns the record of one cost event of the job. */
    public ProducerRecord<byte[], byte[]> cost(JobHeaders job, AttemptCost cost) {
        JobFacts charged = JobFacts.of(job, null);
        return ends.cost(
                charged.receivers(), CostEvent.ofAttempt(charged.job(), charged.route(), cost));
    }

    /**
     * Returns the records that end an unreadable record, and the router's job for it if the headers
     * name the job.
     *
     * @param lane the lane in which the job waited
     * @param reason one human-readable sentence
     * @param inherited attempts of earlier owners, which could read the record
     */
    public List<ProducerRecord<byte[], byte[]>> unreadable(
            ConsumerRecord<byte[], byte[]> record, Lane lane, String reason, OpenJob inherited) {
        BuriedRecord letter = BuriedRecord.malformed(record, reason);
        return UnreadableRecord.read(record.headers(), lane)
                .map(job -> of(ending(job, inherited, letter)))
                .orElseGet(() -> List.of(ends.deadLetter(letter)));
    }

    private static JobEnding ending(UnreadableRecord job, OpenJob inherited, BuriedRecord letter) {
        Calls calls = job.calls(inherited.attempts());
        return new JobEnding.Unreadable(
                job.job(),
                ErrorCode.MALFORMED_REQUEST,
                calls,
                inherited.running()
                        ? AttemptCost.uncertain(calls.attempts(), calls.model(), job.attemptUsd())
                        : AttemptCost.NONE,
                letter);
    }
}
