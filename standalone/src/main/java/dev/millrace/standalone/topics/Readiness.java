package dev.millrace.standalone.topics;

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
 * Whether topics can be used: a topic that was created is known to the brokers, and led by one,
 * only a little later.
 *
 * <p>A client that comes too early is refused and waits, each for its own while; so one waits for
 * all.
 */
final class Readiness {
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** Each takes the pause and a request: half a minute at least. */
    private static final int MAX_TRIES = 6_000;

    private Readiness() {}

    /** Returns when the leader of every partition answers. */
    static void await(Admin admin, Map<String, Integer> partitions) {
        var ends = ends(partitions);
        for (var tries = 1; !ready(admin, ends, tries == MAX_TRIES); tries++) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean ready(Admin admin, Map<TopicPartition, OffsetSpec> ends, boolean last) {
        try {
            Answers.get("Waiting until the topics can be used", admin.listOffsets(ends).all());
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
