package dev.millrace.router.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.topic.KeyPartitions;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.failure.RouterStartException;
import dev.millrace.router.topic.TopicDirectory.Listing;
import dev.millrace.router.topic.TopicDirectory.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TopicAvailabilityTest {
    private static final Topics TOPICS = new Topics("m.");
    private static final Model MODEL = Model.of("small", "p", Price.of("1", "1"));
    private static final String NORMAL = TOPICS.jobs("small", Lane.NORMAL);

    private final Map<String, Topic> cluster = new HashMap<>();
    private final Set<String> hidden = new HashSet<>();
    private long nanos = Long.MAX_VALUE - 5;

    private TopicAvailability topics() {
        return TopicAvailability.load(
                known -> CompletableFuture.completedFuture(listing(known)), TOPICS, () -> nanos);
    }

    /** Behaves as a cluster does: it lists no topic that the user may not see. */
    private Listing listing(Set<String> known) {
        var seen = new HashMap<>(cluster);
        seen.keySet().removeAll(hidden);
        return new Listing(
                seen, known.stream().filter(hidden::contains).collect(Collectors.toSet()));
    }

    private void addModel() {
        for (Lane lane : Lane.values()) {
            cluster.put(TOPICS.jobs("small", lane), new Topic(4, 1_000));
        }
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Nested
    class TopicsWithAPartitionForEachPartitionOfJobs {
        private void everyTopicHas(int partitions) {
            Stream.of(TOPICS.costs(), TOPICS.retrieved())
                    .forEach(it -> cluster.put(it, new Topic(partitions, 1_000)));
        }

        @Test
        void fewerPartitionsAreRejectedByName() {
            everyTopicHas(4);
            assertThatCode(() -> topics().requireEnoughPartitions(4)).doesNotThrowAnyException();

            cluster.put(TOPICS.retrieved(), new Topic(3, 1_000));
            assertThatThrownBy(() -> topics().requireEnoughPartitions(4))
                    .isInstanceOf(RouterStartException.class)
                    .hasMessageContaining("m.retrieved has 3 partitions, less than the 4");
        }

        @Test
        void addedRequestPartitionsHaveNoJobs() {
            var keys = new KeyPartitions(2);
            cluster.put(TOPICS.requests(), new Topic(2, 1_000));
            assertThat(topics().jobPartitions(TOPICS.requests(), keys)).isEqualTo(2);

            cluster.put(TOPICS.requests(), new Topic(3, 1_000));
            assertThat(topics().jobPartitions(TOPICS.requests(), keys)).isEqualTo(2);
        }
    }

    @Nested
    class WhenAModelHasNoTopics {
        @Test
        void modelIsInServiceSoonAfterItsTopicsAreCreated() {
            var topics = topics();
            assertThat(topics.unavailableReason(MODEL))
                    .get(InstanceOfAssertFactories.STRING)
                    .contains("does not exist", "millrace topics apply");

            addModel();
            pass(Duration.ofSeconds(1));

            assertThat(topics.unavailableReason(MODEL)).isPresent();
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
        }

        @Test
        void topicOfTheNormalLaneIsEnough() {
            addModel();
            String bulk = TOPICS.jobs("small", Lane.BULK);
            cluster.remove(bulk);
            var topics = topics();

            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            assertThat(topics.maxRecordBytes(bulk)).isZero();
        }
    }

    @Nested
    class WhenATopicIsDeleted {
        @Test
        void modelIsOutOfServiceAfterTheFirstTimeout() {
            addModel();
            var topics = topics();
            cluster.clear();
            pass(Duration.ofSeconds(1));
            assertThat(topics.unavailableReason(MODEL)).isEmpty();

            topics.onTimeout(NORMAL, new TimeoutException("no metadata"));

            assertThat(topics.unavailableReason(MODEL))
                    .get(InstanceOfAssertFactories.STRING)
                    .contains("does not exist", "millrace topics apply");
        }

        @Test
        void modelIsOutOfServiceAfterTheNextRefresh() {
            addModel();
            var topics = topics();
            cluster.clear();
            pass(Duration.ofSeconds(30));

            assertThat(topics.unavailableReason(MODEL)).isPresent();
        }
    }

    @Nested
    class WhenRightsAreLost {
        private TopicAvailability started() {
            addModel();
            var topics = topics();
            assertThat(topics.refusal()).isEmpty();
            return topics;
        }

        @Test
        void modelWhoseTopicsAreNoLongerShownStaysInServiceAndTheRouterPauses() {
            var topics = started();
            hidden.addAll(cluster.keySet());
            pass(Duration.ofSeconds(30));

            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            assertThat(topics.maxRecordBytes(NORMAL)).isEqualTo(1_000);
            assertThat(topics.refusal())
                    .hasValueSatisfying(it -> assertThat(it).contains(NORMAL, "millrace rights"));

            pass(Duration.ofHours(1));
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            assertThat(topics.refusal()).isPresent();
        }

        @Test
        void routerContinuesSoonAfterTheTopicsAreShownAgain() {
            var topics = started();
            hidden.addAll(cluster.keySet());
            pass(Duration.ofSeconds(30));
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            hidden.clear();
            pass(Duration.ofSeconds(1));

            assertThat(topics.refusal()).isPresent();
            assertThat(topics.refusal()).isEmpty();
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
        }

        @Test
        void topicThatIsDeletedMeanwhileTakesItsModelOutOfService() {
            var topics = started();
            hidden.add(NORMAL);
            pass(Duration.ofSeconds(30));
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            cluster.clear();
            hidden.clear();
            pass(Duration.ofSeconds(1));

            assertThat(topics.refusal()).isPresent();
            assertThat(topics.refusal()).isEmpty();
            assertThat(topics.unavailableReason(MODEL))
                    .get(InstanceOfAssertFactories.STRING)
                    .contains("does not exist", "millrace topics apply");
        }

        @Test
        void topicThatMayNotBeWrittenPausesTheRouterForAMinute() {
            var topics = started();

            assertThat(topics.onRejected(Set.of(NORMAL), new TopicAuthorizationException(NORMAL)))
                    .isTrue();

            assertThat(topics.refusal()).isPresent();
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
            assertThat(topics.maxRecordBytes(NORMAL)).isEqualTo(1_000);
            pass(Duration.ofNanos(TopicAvailability.AVOID_NANOS));
            assertThat(topics.refusal()).isEmpty();
        }

        @Test
        void otherLaneThatMayNotBeWrittenIsOnlyAvoided() {
            var topics = started();
            String bulk = TOPICS.jobs("small", Lane.BULK);

            assertThat(topics.onRejected(Set.of(bulk), new TopicAuthorizationException(bulk)))
                    .isTrue();

            assertThat(topics.refusal()).isEmpty();
            assertThat(topics.maxRecordBytes(bulk)).isZero();
        }
    }

    @Nested
    class WhenATopicRejectsRecords {
        @Test
        void modelIsOutOfServiceForAMinute() {
            addModel();
            var topics = topics();

            assertThat(
                            topics.onRejected(
                                    Set.of(NORMAL), new IllegalStateException("not authorized")))
                    .isTrue();

            assertThat(topics.unavailableReason(MODEL))
                    .contains("the topic " + NORMAL + " rejects records: not authorized");
            pass(Duration.ofNanos(TopicAvailability.AVOID_NANOS));
            assertThat(topics.unavailableReason(MODEL)).isEmpty();
        }

        @Test
        void rejectedSizeLowersTheLimitForAMinute() {
            addModel();
            var topics = topics();

            topics.onTooLarge(NORMAL, 700, new RecordTooLargeException());

            assertThat(topics.maxRecordBytes(NORMAL)).isEqualTo(699);
            pass(Duration.ofNanos(TopicAvailability.AVOID_NANOS));
            assertThat(topics.maxRecordBytes(NORMAL)).isEqualTo(1_000);
        }
    }

    @Nested
    class WhenTheRouterStarts {
        @Test
        void missingTopicsAreNamed() {
            cluster.put("m.results", new Topic(4, 1));

            assertThatThrownBy(() -> topics().require(Set.of("m.results", "m.costs")))
                    .isInstanceOf(RouterStartException.class)
                    .hasMessageContaining("do not exist: m.costs;");
        }
    }
}
