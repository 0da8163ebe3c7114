package dev.millrace.standalone.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Waits until topics are usable. Brokers learn of a new topic, and elect its leaders, shortly after
 * its creation.
 *
 * <p>A wait here is shorter than the back-offs of each client that would use a topic too early.
 */
final class TopicReadiness {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    /**
     * Maximum number of polls. Each takes the interval and the time of a request, so all together
     * take at least 30 s.
     */
    private static final int MAX_POLLS = 6_000;

    private TopicReadiness() {}

    /** Returns when the leader of every partition answers. */
    static void await(Admin admin, Map<String, Integer> partitions) {
        var ends = ends(partitions);
        for (var polls = 1; !isReady(admin, ends, polls == MAX_POLLS); polls++) {
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private static boolean isReady(
            Admin admin, Map<TopicPartition, OffsetSpec> ends, boolean last) {
        try {
            KafkaFutures.get("Waiting until the topics can be used", admin.listOffsets(ends).all());
            return true;
        } catch (TopicAdminException e) {
            if (last || !(e.getCause() instanceof RetriableException)) {
                throw e;
            }
            return false;
        }
    }

    private static Map<TopicPartition, OffsetSpec> ends(Map<String, Integer> partitions) {
        var ends = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(
                (topic, count) ->
                        IntStream.range(0, count)
                                .forEach(
                                        number ->
                                                ends.put(
                                                        new TopicPartition(topic, number),
                                                        OffsetSpec.latest())));
        return ends;
    }
}
