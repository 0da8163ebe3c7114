package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.job.JobTopic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record of a job topic, with its calls, costs and outcomes as seen from outside. */
final class Task {
    private static final int TOO_LARGE_RARITY = 12;

    final TopicPartition partition;
    final ConsumerRecord<byte[], byte[]> record;
    final JobId id;
    final String name;
    final JobTopic topic;
    final String batch;

    /** True for a job that can only end with a call: its model is served and it has no deadline. */
    final boolean needsCall;

    /** True if the results topic rejects the answer because it is too large. */
    final boolean isTooLarge;

    /** True if the topic was deleted. */
    boolean isDeleted;

    /**
     * True if it was polled by a process that knew only a deleted topic of the same name. The
     * process polls it again when it starts with the new topic.
     */
    boolean isPolledEarly;

    /** Calls that the provider has received, from any process. */
    final List<SentCall> sent = new ArrayList<>();

    /** Cost events that a committed reader sees. */
    final List<CostEvent> costs = new ArrayList<>();

    /** Number of calls that were started, sent or not. */
    int started;

    /** Number of results and dead letters that a committed reader sees. */
    int outcomes;

    Task(ConsumerRecord<byte[], byte[]> record, JobId id, JobTopic topic, boolean needsCall) {
        this.partition = new TopicPartition(record.topic(), record.partition());
        this.record = record;
        this.id = id;
        this.topic = topic;
        this.batch = MillraceHeaders.text(record.headers(), MillraceHeaders.BATCH).orElse("none");
        this.needsCall = needsCall;
        this.isTooLarge = Math.floorMod(id.hashCode(), TOO_LARGE_RARITY) == 0;
        this.name = record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    long offset() {
        return record.offset();
    }

    /** Returns true if the job may be missing in its partition's ledger. */
    boolean isExempt() {
        return isDeleted || isPolledEarly;
    }

    boolean isFinished() {
        return outcomes > 0;
    }

    @Override
    public String toString() {
        return name;
    }
}
