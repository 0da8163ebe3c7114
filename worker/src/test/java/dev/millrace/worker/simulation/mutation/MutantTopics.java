package dev.millrace.worker.simulation.mutation;

import dev.millrace.worker.port.JobTopics;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Job topics whose metadata and deletions a mutation changes. */
class MutantTopics implements JobTopics {
    final JobTopics real;

    MutantTopics(JobTopics real) {
        this.real = real;
    }

    /** Returns job topics whose committed offsets are changed. */
    static MutantTopics reading(JobTopics real, UnaryOperator<OffsetAndMetadata> change) {
        return new MutantTopics(real) {
            @Override
            OffsetAndMetadata read(OffsetAndMetadata committed) {
                return change.apply(committed);
            }
        };
    }

    Limits reported(Limits limits) {
        return limits;
    }

    long deletedBelow(long offset) {
        return offset;
    }

    OffsetAndMetadata read(OffsetAndMetadata committed) {
        return committed;
    }

    @Override
    public Map<TopicPartition, CompletableFuture<Committed>> committed(
            Set<TopicPartition> partitions) {
        var answers = new HashMap<TopicPartition, CompletableFuture<Committed>>();
        partitions.forEach(it -> answers.put(it, committed(it)));
        return answers;
    }

    CompletableFuture<Committed> reallyCommitted(TopicPartition partition) {
        return Objects.requireNonNull(real.committed(Set.of(partition)).get(partition));
    }

    CompletableFuture<Committed> committed(TopicPartition partition) {
        return reallyCommitted(partition)
                .thenApply(
                        it ->
                                it.offset() == null
                                        ? it
                                        : new Committed(it.topicId(), read(it.offset())));
    }

    @Override
    public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
        return real.ids(topics);
    }

    @Override
    public Optional<Limits> limits() {
        return real.limits().map(this::reported);
    }

    @Override
    public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
            Set<TopicPartition> partitions) {
        return real.missingOffsets(partitions);
    }

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {
        var changed = new HashMap<TopicPartition, Long>();
        offsets.forEach((partition, offset) -> changed.put(partition, deletedBelow(offset)));
        real.deleteBelow(changed);
    }

    @Override
    public void close() {
        real.close();
    }
}
