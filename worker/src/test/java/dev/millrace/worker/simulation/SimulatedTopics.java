package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.simulation.time.EventType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** The metadata of the job topics. The cluster does not answer every request. */
final class SimulatedTopics implements JobTopics {
    private final World world;
    private final WorkerProcess process;
    private boolean knowsLimits;

    SimulatedTopics(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
    }

    private boolean isUnanswered() {
        boolean isUnanswered = world.occurs(world.faults().unanswered());
        if (isUnanswered) {
            world.eventLog().add(EventType.TOPICS_UNANSWERED, process);
        }
        return isUnanswered;
    }

    @Override
    public Optional<Limits> limits() {
        if (!knowsLimits && isUnanswered()) {
            return Optional.empty();
        }
        knowsLimits = true;
        Scenario.Sizes sizes = world.scenario().sizes();
        return Optional.of(new Limits(sizes.metadataChars(), sizes.sessionTimeout()));
    }

    @Override
    public Map<TopicPartition, CompletableFuture<Committed>> committed(
            Set<TopicPartition> partitions) {
        var answers = new HashMap<TopicPartition, CompletableFuture<Committed>>();
        partitions.forEach(it -> answers.put(it, committed(it)));
        return answers;
    }

    private CompletableFuture<Committed> committed(TopicPartition partition) {
        process.mayFail(EventType.CRASH_AT_COMMITTED);
        var answer = new CompletableFuture<Committed>();
        ask(partition, answer);
        return answer;
    }

    @Override
    public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
        var ids = new HashMap<String, Optional<String>>();
        topics.forEach(topic -> ids.put(topic, Optional.empty()));
        for (TopicPartition partition : world.jobs().partitions()) {
            ids.replace(partition.topic(), Optional.of(topicId(partition)));
        }
        return CompletableFuture.completedFuture(ids);
    }

    private String topicId(TopicPartition partition) {
        return world.jobs().log(partition).topicId;
    }

    /** Schedules an answer after a random delay, so that answers arrive in any order. */
    private void ask(TopicPartition partition, CompletableFuture<Committed> answer) {
        world.timeline()
                .after(
                        world.between(200_000, 300_000_000),
                        () -> {
                            if (!answer.isDone() && !process.isGone()) {
                                answer(partition, answer);
                            }
                        });
    }

    private void answer(TopicPartition partition, CompletableFuture<Committed> answer) {
        var stable = world.transactions().stable(Set.of(partition));
        if (stable.isEmpty()) {
            world.eventLog().add(EventType.OFFSETS_UNSTABLE, process);
            ask(partition, answer);
        } else if (world.occurs(world.faults().unanswered())) {
            world.eventLog().add(EventType.OFFSETS_UNANSWERED, process);
            ask(partition, answer);
        } else {
            process.topicIds.put(partition, topicId(partition));
            answer.complete(new Committed(topicId(partition), stable.get().get(partition)));
        }
    }

    @Override
    public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
            Set<TopicPartition> partitions) {
        if (isUnanswered()) {
            return Optional.empty();
        }
        var missingOffsets = new HashMap<TopicPartition, MissingOffset>();
        partitions.forEach(partition -> missingOffsets.put(partition, missingOffset(partition)));
        return Optional.of(missingOffsets);
    }

    private MissingOffset missingOffset(TopicPartition partition) {
        long beginning = world.jobs().log(partition).start;
        return world.checker().isMarked(partition)
                ? new MissingOffset.OffsetLost(beginning, "its offset was lost")
                : new MissingOffset.FirstUse(topicId(partition), beginning, marker(partition));
    }

    static String marker(TopicPartition partition, String topicId) {
        return partition + " of " + topicId;
    }

    private ProducerRecord<byte[], byte[]> marker(TopicPartition partition) {
        byte[] key = marker(partition, topicId(partition)).getBytes(UTF_8);
        return new ProducerRecord<>(JobLog.TOPICS.control(), key, new byte[0]);
    }

    @Override
    public void deleteBelow(Map<TopicPartition, Long> offsets) {
        world.eventLog().add(EventType.RECORDS_DELETED, process);
        offsets.forEach(
                (partition, offset) -> {
                    JobLog.PartitionLog log = world.jobs().log(partition);
                    if (!log.topicId.equals(process.topicIds.get(partition))) {
                        return;
                    }
                    world.checker().onDelete(process, partition, offset);
                    log.start = Math.max(log.start, offset);
                });
    }

    @Override
    public void close() {
        process.mayFail(EventType.CRASH_AT_OPEN);
    }
}
