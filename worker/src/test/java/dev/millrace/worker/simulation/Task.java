package dev.millrace.worker.simulation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.worker.job.JobTopic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A record of a job topic, and all that has come of it as the world outside sees it. */
final class Task {
    private static final int TOO_LARGE_RARITY = 12;

    final TopicPartition partition;
    final ConsumerRecord<byte[], byte[]> record;
    final JobId id;
    final String name;
    final JobTopic topic;
    final String batch;

    /** Whether it is a job that ends with a call only, however long that takes. */
    final boolean isToBeCalled;

    /** Whether the results topic refuses its answer. */
    final boolean isTooLarge;

    /** Whether its topic was deleted. */
    boolean isGone;

    /**
     * Whether a process polled it that knew only a deleted topic of the same name. It is done again
     * when the process begins with the new topic.
     */
    boolean isTakenEarly;

    /** Calls that were really sent, by any process. */
    final List<Sent> sent = new ArrayList<>();

    /** Cost events that a committed reader sees. */
    final List<CostEvent> costs = new ArrayList<>();

    /** Calls that were started, sent or not. */
    int started;

    /** Results and dead letters that a committed reader sees. */
    int outcomes;

    Task(ConsumerRecord<byte[], byte[]> record, JobId id, JobTopic topic, boolean isToBeCalled) {
        this.partition = new TopicPartition(record.topic(), record.partition());
        this.record = record;
        this.id = id;
        this.topic = topic;
        this.batch = MillraceHeaders.text(record.headers(), MillraceHeaders.BATCH).orElse("none");
        this.isToBeCalled = isToBeCalled;
        this.isTooLarge = Math.floorMod(id.hashCode(), TOO_LARGE_RARITY) == 0;
        this.name = record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    long offset() {
        return record.offset();
    }

    /** Whether the ledger of its partition need not know of it. */
    boolean isExcused() {
        return isGone || isTakenEarly;
    }

    boolean isFinished() {
        return outcomes > 0;
    }

    @Override
    public String toString() {
        return name;
    }
}
