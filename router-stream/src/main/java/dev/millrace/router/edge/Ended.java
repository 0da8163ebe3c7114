package dev.millrace.router.edge;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * What the router writes about a job that ends with it.
 *
 * @param bytes the value of the record
 * @param requestPartition where its request stood, from 0
 */
public record Ended(byte[] bytes, int requestPartition) {
    public static final Serializer<Ended> BYTES = (topic, ended) -> ended.bytes();

    /**
     * To the partition that the request came from, so that the task of that partition reads of its
     * own jobs; by key when the topic does not have it.
     */
    public static final StreamPartitioner<byte[], Ended> SAME_PARTITION =
            (topic, key, ended, count) ->
                    ended.requestPartition() < count
                            ? Optional.of(Set.of(ended.requestPartition()))
                            : Optional.empty();
}
