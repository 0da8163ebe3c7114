package dev.millrace.worker.simulation.mutation;

import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.worker.port.JobSource;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/** A consumer whose records and notifications a mutation changes. */
class MutantSource implements JobSource {
    private final JobSource real;

    MutantSource(JobSource real) {
        this.real = real;
    }

    /** Returns a consumer that throws an exception when a poll fails. */
    static MutantSource failing(JobSource real) {
        return new MutantSource(real) {
            @Override
            void onFailed(Listener loop, String reason, boolean someTopicsOnly) {
                throw new IllegalStateException(reason);
            }
        };
    }

    /** Returns a consumer whose records all have one timestamp. */
    static MutantSource withoutTimestamps(JobSource real) {
        return new MutantSource(real) {
            @Override
            ConsumerRecord<byte[], byte[]> polled(ConsumerRecord<byte[], byte[]> it) {
                return MutantRecords.withoutTimestamp(it);
            }
        };
    }

    static MutantSource withoutTokens(JobSource real) {
        return withHeaders(real, it -> it.remove(MillraceHeaders.ATTEMPT_TOKENS));
    }

    /** Returns a consumer whose records have other headers. */
    static MutantSource withHeaders(JobSource real, Consumer<Headers> change) {
        return new MutantSource(real) {
            @Override
            ConsumerRecord<byte[], byte[]> polled(ConsumerRecord<byte[], byte[]> it) {
                return MutantRecords.with(it, change);
            }
        };
    }

    /** Returns the record that the loop gets instead of a polled record. */
    ConsumerRecord<byte[], byte[]> polled(ConsumerRecord<byte[], byte[]> record) {
        return record;
    }

    void onRevoked(Listener loop, Collection<TopicPartition> partitions) {
        loop.onRevoked(partitions);
    }

    void onLost(Listener loop, Collection<TopicPartition> partitions) {
        loop.onLost(partitions);
    }

    void onFailed(Listener loop, String reason, boolean someTopicsOnly) {
        loop.onFailed(reason, someTopicsOnly);
    }

    @Override
    public void subscribe(Collection<String> topics, Listener loop) {
        real.subscribe(
                topics,
                new Listener() {
                    @Override
                    public void onAssigned(Collection<TopicPartition> partitions) {
                        loop.onAssigned(partitions);
                    }

                    @Override
                    public void onRevoked(Collection<TopicPartition> partitions) {
                        MutantSource.this.onRevoked(loop, partitions);
                    }

                    @Override
                    public void onLost(Collection<TopicPartition> partitions) {
                        MutantSource.this.onLost(loop, partitions);
                    }

                    @Override
                    public void onOutOfRange(TopicPartition partition, long position) {
                        loop.onOutOfRange(partition, position);
                    }

                    @Override
                    public void onCorrupt(TopicPartition partition, String reason) {
                        loop.onCorrupt(partition, reason);
                    }

                    @Override
                    public void onFailed(String reason, boolean someTopicsOnly) {
                        MutantSource.this.onFailed(loop, reason, someTopicsOnly);
                    }
                });
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration wait) {
        var records = real.poll(wait);
        var polled = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
        for (TopicPartition partition : records.partitions()) {
            polled.put(partition, records.records(partition).stream().map(this::polled).toList());
        }
        return new ConsumerRecords<>(polled, records.nextOffsets());
    }

    @Override
    public Optional<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        return real.committed(partitions);
    }

    @Override
    public Map<TopicPartition, Long> unread(Set<TopicPartition> partitions) {
        return real.unread(partitions);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
        real.seek(partition, offset);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        real.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
        real.resume(partitions);
    }

    @Override
    public ConsumerGroupMetadata groupMetadata() {
        return real.groupMetadata();
    }

    @Override
    public void wakeup() {
        real.wakeup();
    }

    @Override
    public void close() {
        real.close();
    }
}
