package dev.millrace.worker.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.port.JobTopics;
import dev.millrace.worker.simulation.time.Happening;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What a process can ask the cluster about the job topics. It is not always answered. */
final class SimulatedTopics implements JobTopics {
    private final World world;
    private final WorkerProcess process;
    private boolean knowsLimits;

    SimulatedTopics(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
    }

    private boolean isSilent() {
        boolean isSilent = world.happens(world.faults().unanswered());
        if (isSilent) {
            world.chronicle().note(Happening.TOPICS_SILENT, process);
        }
        return isSilent;
    }

    @Override
    public Optional<Limits> limits() {
        if (!knowsLimits && isSilent()) {
            return Optional.empty();
        }
        knowsLimits = true;
        Scenario.Sizes sizes = world.scenario().sizes();
        return Optional.of(new Limits(sizes.metadataChars(), sizes.sessionTimeout()));
    }

    @Override
    public CompletableFuture<Committed> committed(TopicPartition partition) {
        process.step(Happening.CRASH_AT_COMMITTED);
        var answer = new CompletableFuture<Committed>();
        ask(partition, answer);
        return answer;
    }

    @Override
    public CompletableFuture<Map<String, Optional<String>>> ids(Set<String> topics) {
        return CompletableFuture.completedFuture(
                world.jobs().partitions().stream()
                        .filter(it -> topics.contains(it.topic()))
                        .collect(
                                Collectors.toMap(
                                        TopicPartition::topic,
                                        it -> Optional.of(topicId(it)),
                                        (it, _) -> it)));
    }

    private String topicId(TopicPartition partition) {
        return world.jobs().shelf(partition).topicId;
    }

    /** Each question has a delay of its own, so the answers come in any order. */
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
            world.chronicle().note(Happening.OFFSETS_HIDDEN, process);
            ask(partition, answer);
        } else if (world.happens(world.faults().unanswered())) {
            world.chronicle().note(Happening.OFFSETS_NOT_TOLD, process);
            ask(partition, answer);
        } else {
            process.topicIds.put(partition, topicId(partition));
            answer.complete(new Committed(topicId(partition), stable.get().get(partition)));
        }
    }

    @Override
    public Optional<Map<TopicPartition, MissingOffset>> missingOffsets(
            Set<TopicPartition> partitions) {
        if (isSilent()) {
            return Optional.empty();
        }
        var missingOffsets = new HashMap<TopicPartition, MissingOffset>();
        partitions.forEach(partition -> missingOffsets.put(partition, missingOffset(partition)));
        return Optional.of(missingOffsets);
    }

    private MissingOffset missingOffset(TopicPartition partition) {
        long beginning = world.jobs().shelf(partition).start;
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
        world.chronicle().note(Happening.DELETED, process);
        offsets.forEach(
                (partition, offset) -> {
                    JobLog.Shelf shelf = world.jobs().shelf(partition);
                    if (!shelf.topicId.equals(process.topicIds.get(partition))) {
                        return;
                    }
                    world.checker().onDelete(process, partition, offset);
                    shelf.start = Math.max(shelf.start, offset);
                });
    }

    @Override
    public void close() {
        process.step(Happening.CRASH_AT_OPEN);
    }
}
