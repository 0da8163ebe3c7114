package dev.millrace.standalone.lateness;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The times of the sampled jobs. Reads each job once. */
final class SampledJobs {
    /** Maximum number of jobs read by one update; later updates read the others. */
    static final int MAX_READ = 256;

    private final JobTimesSource source;
    private final Map<TopicPartition, SortedMap<Long, HeaderTimes>> known = new HashMap<>();

    SampledJobs(JobTimesSource source) {
        this.source = source;
    }

    /** Reads the unknown points of the queues, and forgets the times of all other jobs. */
    void update(Collection<LaneBacklog> lanes) {
        Map<TopicPartition, SortedSet<Long>> missing = new HashMap<>();
        Set<TopicPartition> existing = new HashSet<>();
        int left = MAX_READ;
        for (LaneBacklog lane : lanes) {
            for (var queue : lane.partitions().entrySet()) {
                TopicPartition partition = queue.getKey();
                existing.add(partition);
                SortedSet<Long> points = points(queue.getValue());
                SortedMap<Long, HeaderTimes> jobs =
                        known.computeIfAbsent(partition, _ -> new TreeMap<>());
                jobs.keySet().retainAll(points);
                points.removeAll(jobs.keySet());
                while (left > 0 && !points.isEmpty()) {
                    missing.computeIfAbsent(partition, _ -> new TreeSet<>())
                            .add(points.removeFirst());
                    left--;
                }
            }
        }
        known.keySet().retainAll(existing);
        if (!missing.isEmpty()) {
            source.read(missing)
                    .forEach(
                            (partition, jobs) ->
                                    known.computeIfAbsent(partition, _ -> new TreeMap<>())
                                            .putAll(jobs));
        }
    }

    private static SortedSet<Long> points(PartitionQueue queue) {
        SortedSet<Long> points = new TreeSet<>();
        queue.stretches().forEach(it -> points.addAll(it.points()));
        return points;
    }

    /** Returns the times of the first job at or after a point; null if unknown. */
    @Nullable HeaderTimes at(TopicPartition partition, long point) {
        SortedMap<Long, HeaderTimes> jobs = known.get(partition);
        return jobs == null ? null : jobs.get(point);
    }
}
