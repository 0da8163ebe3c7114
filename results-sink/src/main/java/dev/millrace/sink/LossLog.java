package dev.millrace.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each loss of a partition's records once, although the sink repeatedly tries to start the
 * partition. Belongs to the sink's thread.
 */
final class LossLog {
    private static final Logger LOG = LoggerFactory.getLogger(LossLog.class);

    private final Map<TopicPartition, String> logged = new HashMap<>();

    /**
     * Logs new losses, and forgets losses that are over.
     *
     * @param started all partitions that the sink tried to start
     * @param losses the reason for each partition that stays stopped
     */
    void onStarted(Set<TopicPartition> started, Map<TopicPartition, String> losses) {
        losses.forEach(
                (partition, reason) -> {
                    if (!reason.equals(logged.put(partition, reason))) {
                        LOG.atError()
                                .addKeyValue("partition", partition)
                                .log("the partition is stopped: {}", reason);
                    }
                });
        logged.keySet().removeIf(it -> started.contains(it) && !losses.containsKey(it));
    }
}
