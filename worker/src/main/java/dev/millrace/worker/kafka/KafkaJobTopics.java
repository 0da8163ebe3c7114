package dev.millrace.worker.kafka;

import dev.millrace.worker.loop.JobTopics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

public final class KafkaJobTopics implements JobTopics {
    @Override
    public Optional<Limits> limits() {
        return Optional.empty();
    }

    @Override
    public Optional<Map<TopicPartition, Past>> pasts(Set<TopicPartition> partitions) {
        return Optional.empty();
    }

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {}

    @Override
    public void close() {}
}
