package dev.millrace.standalone.lateness;

import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.apache.kafka.common.TopicPartition;

/** Reads single records of job topics. */
@FunctionalInterface
public interface JobTimesSource {
    /**
     * Reads the first job at or after each of the given offsets.
     *
     * @param offsets by partition
     * @return the times of the jobs that could be read, by the offset asked for. Offsets are
     *     missing if no job follows them, or if the cluster answers too slowly
     */
    Map<TopicPartition, SortedMap<Long, HeaderTimes>> read(
            Map<TopicPartition, SortedSet<Long>> offsets);
}
