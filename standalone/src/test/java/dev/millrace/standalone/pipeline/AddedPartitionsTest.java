package dev.millrace.standalone.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.TopicSpec.Growth;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class AddedPartitionsTest {
    private static final Map<String, Health> HEALTH =
            Map.of("worker", Health.ready("calls"), "broker", Health.ready("localhost:9092"));

    private final Map<String, Integer> cluster =
            new HashMap<>(Map.of("requests", 4, "results", 4, "jobs", 4));
    private final Queue<CompletableFuture<Map<String, Integer>>> looks = new ArrayDeque<>();
    private long nanos = Long.MAX_VALUE - 5;

    private final AddedPartitions added =
            new AddedPartitions(
                    List.of(
                            spec("requests", Growth.ACCEPTED),
                            spec("results", Growth.KEYED),
                            spec("jobs", Growth.ADDED)),
                    new FakeCounts(),
                    () -> nanos);

    private static TopicSpec spec(String name, Growth growth) {
        return new TopicSpec(name, 4, (short) 1, Map.of(), growth);
    }

    private final class FakeCounts implements AddedPartitions.Counts {
        @Override
        public CompletionStage<Map<String, Integer>> of(Set<String> topics) {
            var look = new CompletableFuture<Map<String, Integer>>();
            looks.add(look);
            return look;
        }

        @Override
        public void close() {}
    }

    private void tick(Duration time) {
        nanos += time.toNanos();
        added.onTick();
        looks.forEach(it -> it.complete(Map.copyOf(cluster)));
        looks.clear();
    }

    private Health health(String part) {
        return requireNonNull(added.addTo(HEALTH).get(part));
    }

    private String detail(String part) {
        return health(part).detail();
    }

    @Test
    void healthNamesATopicWithAddedPartitionsWithinThirtySeconds() {
        tick(Duration.ZERO);
        assertThat(added.addTo(HEALTH)).isEqualTo(HEALTH);

        cluster.put("results", 5);
        tick(Duration.ofSeconds(30));

        assertThat(detail("worker"))
                .startsWith("calls; results has 5 partitions instead of 4;")
                .contains("Leave topics.partitions as it is");
        assertThat(health("worker").ready()).isTrue();
        assertThat(detail("broker")).isEqualTo("localhost:9092");
    }

    @Test
    void topicThatGetsMorePartitionsIsNotNamed() {
        cluster.put("jobs", 9);
        tick(Duration.ZERO);

        assertThat(added.addTo(HEALTH)).isEqualTo(HEALTH);
    }

    @Test
    void oneLookRunsAtATimeAndItsFailureKeepsTheNote() {
        cluster.put("requests", 6);
        tick(Duration.ZERO);
        nanos += Duration.ofSeconds(30).toNanos();
        added.onTick();
        nanos += Duration.ofSeconds(30).toNanos();
        added.onTick();
        assertThat(looks).hasSize(1);

        looks.remove().completeExceptionally(new TimeoutException("no broker"));

        assertThat(detail("worker")).contains("requests has 6 partitions instead of 4");
        added.onTick();
        assertThat(looks).hasSize(1);
    }
}
