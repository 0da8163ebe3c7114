package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.loop.JobTopics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What the cluster knows of the job topics. */
public final class KafkaJobTopics implements JobTopics {
    private final String control;

    private KafkaJobTopics(String control) {
        this.control = control;
    }

    /** Asks nothing yet: every partition counts as used for the first time. */
    public static KafkaJobTopics open(
            ClientSettings settings, String controlTopic, MeterRegistry registry) {
        return new KafkaJobTopics(controlTopic);
    }

    @Override
    public Optional<Limits> limits() {
        return Optional.of(Limits.DEFAULT);
    }

    @Override
    public Optional<Map<TopicPartition, Past>> pasts(Set<TopicPartition> partitions) {
        var pasts = new HashMap<TopicPartition, Past>();
        for (TopicPartition partition : partitions) {
            byte[] key = ("first-use/" + partition).getBytes(UTF_8);
            pasts.put(
                    partition,
                    new Past.FirstUse(0, new ProducerRecord<>(control, key, new byte[0])));
        }
        return Optional.of(pasts);
    }

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {}

    @Override
    public void close() {}
}
