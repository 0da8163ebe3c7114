package dev.millrace.standalone.status;

import dev.millrace.standalone.client.RecordCount;
import dev.millrace.standalone.client.RecordCounter;
import dev.millrace.standalone.client.RecordCounter.Range;
import dev.millrace.standalone.cluster.KafkaFutures;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Counts the requests that no router has routed. */
final class RequestQueueReader {
    private final Admin admin;
    private final RecordCounter counter;

    RequestQueueReader(Admin admin, RecordCounter counter) {
        this.admin = admin;
        this.counter = counter;
    }

    /**
     * Returns the number of requests of each topic that has some.
     *
     * @param topics names of the request topics; they need not exist
     */
    Map<String, RecordCount> read(Collection<String> topics, ConsumerGroups groups) {
        Set<String> existing = KafkaFutures.get("Listing topics", admin.listTopics().names());
        Map<TopicPartition, Range> all =
                new TopicPartitions(admin, topics.stream().filter(existing::contains).toList())
                        .ranges();
        var routed = groups.committedByRouters(all.keySet());
        Map<TopicPartition, Range> ranges = new HashMap<>();
        all.forEach(
                (partition, range) -> {
                    OffsetAndMetadata done = routed.get(partition);
                    long start =
                            done == null ? range.start() : Math.max(range.start(), done.offset());
                    ranges.put(partition, new Range(Math.min(start, range.end()), range.end()));
                });
        Map<String, RecordCount> counts = new TreeMap<>();
        counter.count(ranges)
                .forEach((it, count) -> counts.merge(it.topic(), count, RecordCount::plus));
        counts.values().removeIf(it -> it.records() == 0);
        return counts;
    }
}
