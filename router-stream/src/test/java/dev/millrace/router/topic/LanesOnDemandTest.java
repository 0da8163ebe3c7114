package dev.millrace.router.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.topic.TopicDirectory.Listing;
import dev.millrace.router.topic.TopicDirectory.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LanesOnDemandTest {
    private static final Topics TOPICS = new Topics("m.");
    private static final String NORMAL = TOPICS.jobs("small", Lane.NORMAL);
    private static final String HIGH = TOPICS.jobs("small", Lane.HIGH);
    private static final TopicSpec SPEC =
            new TopicSpec(HIGH, 2, (short) 1, Map.of(), TopicSpec.Growth.ADDED);

    private final Map<String, Topic> cluster = new HashMap<>(Map.of(NORMAL, new Topic(4, 1_000)));
    private final List<TopicSpec> asked = new ArrayList<>();
    private final List<CompletableFuture<Void>> answers = new ArrayList<>();
    private long nanos = Long.MAX_VALUE - 5;
    private boolean isCreatedAtOnce;

    private final LanesOnDemand lanes =
            new LanesOnDemand(
                    TopicAvailability.load(
                            _ -> CompletableFuture.completedFuture(new Listing(cluster, Set.of())),
                            TOPICS,
                            () -> nanos),
                    Map.of(HIGH, SPEC),
                    this::create,
                    Duration.ZERO);

    private CompletionStage<Void> create(TopicSpec topic) {
        asked.add(topic);
        answers.add(new CompletableFuture<>());
        if (isCreatedAtOnce) {
            succeed();
        }
        return answers.getLast();
    }

    private void succeed() {
        cluster.put(HIGH, new Topic(2, 1_000));
        answers.getLast().complete(null);
    }

    private void fail(Exception failure) {
        answers.getLast()
                .completeExceptionally(new CompletionException(new CompletionException(failure)));
    }

    @Nested
    class AJobForALaneWithoutATopic {
        @Test
        void asksForTheTopicOnce() {
            assertThat(lanes.maxRecordBytes(HIGH)).isZero();
            assertThat(lanes.maxRecordBytes(HIGH)).isZero();

            assertThat(asked).containsExactly(SPEC);
        }

        @Test
        void firstJobUsesItsLane() {
            isCreatedAtOnce = true;

            assertThat(lanes.maxRecordBytes(HIGH)).isEqualTo(1_000);
        }

        @Test
        void laneIsUsedAsSoonAsItsTopicCanBeUsed() {
            assertThat(lanes.maxRecordBytes(HIGH)).isZero();

            succeed();

            assertThat(lanes.maxRecordBytes(HIGH)).isEqualTo(1_000);
        }

        @Test
        void refusedTopicIsNotAskedForAgain() {
            assertThat(lanes.maxRecordBytes(HIGH)).isZero();

            fail(new TopicAuthorizationException(Set.of(HIGH)));
            nanos += Duration.ofHours(1).toNanos();

            assertThat(lanes.maxRecordBytes(HIGH)).isZero();
            assertThat(asked).hasSize(1);
        }

        @Test
        void topicIsAskedForAgainAfterATemporaryFailure() {
            assertThat(lanes.maxRecordBytes(HIGH)).isZero();

            fail(new TimeoutException("no answer"));

            assertThat(lanes.maxRecordBytes(HIGH)).isZero();
            assertThat(asked).hasSize(2);
        }
    }

    @Nested
    class OtherTopics {
        @Test
        void existingLaneIsNotCreated() {
            cluster.put(HIGH, new Topic(2, 0));
            nanos += Duration.ofSeconds(1).toNanos();
            assertThat(lanes.maxRecordBytes("m.other")).isZero();

            assertThat(lanes.maxRecordBytes(HIGH)).isZero();

            assertThat(asked).isEmpty();
        }

        @Test
        void missingTopicThatIsNoLaneIsNotCreated() {
            assertThat(lanes.maxRecordBytes(TOPICS.jobs("other", Lane.HIGH))).isZero();
            assertThat(lanes.maxRecordBytes(TOPICS.results())).isZero();

            assertThat(asked).isEmpty();
        }
    }
}
