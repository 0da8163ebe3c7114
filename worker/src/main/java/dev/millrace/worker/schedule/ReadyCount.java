package dev.millrace.worker.schedule;

import dev.millrace.worker.job.Partition;
import java.util.HashMap;
import java.util.Map;

/** Counts the ready jobs of one lane; some can have ended. Belongs to the loop's thread. */
final class ReadyCount {
    private final Map<Partition, Integer> ofPartitions = new HashMap<>();
    private int all;

    void add(Partition partition, int jobs) {
        all += jobs;
        int left = of(partition) + jobs;
        if (left == 0) {
            ofPartitions.remove(partition);
        } else {
            ofPartitions.put(partition, left);
        }
    }

    int all() {
        return all;
    }

    int of(Partition partition) {
        return ofPartitions.getOrDefault(partition, 0);
    }
}
