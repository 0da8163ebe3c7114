package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.job.JobTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A record of a job topic, with its calls, costs and outcomes as seen from outside. */
final class Task {
    private static final int TOO_LARGE_RARITY = 12;

    final TopicPartition partition;
    final ConsumerRecord<byte[], byte[]> record;
    final JobId id;
    final String name;
    final JobTopic topic;
    final String batch;

    /** The record that an earlier model has handed over; null for a job at its first model. */
    final @Nullable Task previous;

    /** True for a job that can only end with a call: its model is served and it has no deadline. */
    final boolean needsCall;

    /** True if the job shares a prompt with others, for whose call it can wait. */
    final boolean sharesPrompt;

    /** True if the results topic rejects the answer because it is too large. */
    final boolean isTooLarge;

    /** True if the topic was deleted. */
    boolean isDeleted;

    /**
     * True if it was polled by a process that knew only a deleted topic of equal name. The process
     * polls it again when it starts with the new topic.
     */
    boolean isPolledEarly;

    /** True if the topic of the next model has refused the job. */
    boolean isHandOverRefused;

    /** True if a later model continues the job. */
    boolean isHandedOver;

    /** Calls that the provider has received for this record, from any process. */
    final List<SentCall> sent = new ArrayList<>();

    /** Cost events of the job, at all models, that a committed reader sees. */
    final List<CostEvent> costs;

    /** Number of calls that were started, sent or not. */
    int started;

    /** Number of results, dead letters and hand-overs that a committed reader sees. */
    int outcomes;

    Task(ConsumerRecord<byte[], byte[]> record, JobId id, JobTopic topic, boolean needsCall) {
        this(record, id, topic, needsCall, null);
    }

    /** Creates the record of a job that an earlier model has handed over. */
    Task(ConsumerRecord<byte[], byte[]> record, JobTopic topic, Task previous) {
        this(record, previous.id, topic, previous.needsCall, previous);
    }

    private Task(
            ConsumerRecord<byte[], byte[]> record,
            JobId id,
            JobTopic topic,
            boolean needsCall,
            @Nullable Task previous) {
        this.previous = previous;
        this.costs = previous == null ? new ArrayList<>() : previous.costs;
        this.partition = new TopicPartition(record.topic(), record.partition());
        this.record = record;
        this.id = id;
        this.topic = topic;
        this.batch = MillraceHeaders.text(record.headers(), MillraceHeaders.BATCH).orElse("none");
        this.needsCall = needsCall;
        this.sharesPrompt =
                record.value() != null
                        && new String(record.value(), UTF_8).contains(JobRecords.SHARED_PROMPT);
        this.isTooLarge = Math.floorMod(id.hashCode(), TOO_LARGE_RARITY) == 0;
        this.name = record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    long offset() {
        return record.offset();
    }

    /** Returns true if the job can be missing in its partition's ledger. */
    boolean isExempt() {
        return isDeleted || isPolledEarly || isContinuedExempt();
    }

    /** Returns true if the job was possibly handed over more than once. */
    boolean isContinuedExempt() {
        return previous != null && previous.isExempt();
    }

    /** Returns the calls at this and earlier models, latest model first. */
    Stream<SentCall> sentForJob() {
        return previous == null
                ? sent.stream()
                : Stream.concat(sent.stream(), previous.sentForJob());
    }

    /** Returns the latest call for the job; null for none. */
    @Nullable SentCall lastSent() {
        if (!sent.isEmpty()) {
            return sent.getLast();
        }
        return previous == null ? null : previous.lastSent();
    }

    /** Returns the number of started calls at this and earlier models. */
    int startedForJob() {
        return previous == null ? started : started + previous.startedForJob();
    }

    /** Returns the job that a person cancels to end this one: its parent, or the job itself. */
    JobId requestedJob() {
        return JobHeaders.parent(record.headers()).orElse(id);
    }

    /** Returns true if the job waits for an open breaker without a time limit. */
    boolean isPatient() {
        return MillraceHeaders.text(record.headers(), MillraceHeaders.ON_UNAVAILABLE).isEmpty();
    }

    boolean isFinished() {
        return outcomes > 0;
    }

    @Override
    public String toString() {
        return name;
    }
}
