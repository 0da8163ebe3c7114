package dev.millrace.standalone.joint;

import static java.util.stream.Collectors.toMap;

import dev.millrace.gateway.publish.SimulatedLog;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;

/** Kafka's fake consumer, which reads the committed records of a simulated log. */
final class LogConsumer extends MockConsumer<byte[], byte[]> {
    private static final int MAX_RECORDS = 5;

    private final SimulatedLog log;

    /** Runs after each poll, before the records are handled. */
    private final Runnable afterPoll;

    LogConsumer(SimulatedLog log, Runnable afterPoll) {
        super("none");
        this.log = log;
        this.afterPoll = afterPoll;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        for (TopicPartition partition : assignment()) {
            log.committed(partition, position(partition), log.stableEnd(partition), MAX_RECORDS)
                    .forEach(this::addRecord);
        }
        var polled = super.poll(timeout);
        afterPoll.run();
        return polled;
    }

    @Override
    public synchronized void assign(Collection<TopicPartition> partitions) {
        super.assign(partitions);
        updateBeginningOffsets(beginningOffsets(partitions, Duration.ZERO));
        updateEndOffsets(endOffsets(partitions, Duration.ZERO));
    }

    @Override
    public Map<TopicPartition, Long> beginningOffsets(
            Collection<TopicPartition> partitions, Duration timeout) {
        return partitions.stream().collect(toMap(it -> it, _ -> 0L));
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(
            Collection<TopicPartition> partitions, Duration timeout) {
        return partitions.stream().collect(toMap(it -> it, log::stableEnd));
    }
}
