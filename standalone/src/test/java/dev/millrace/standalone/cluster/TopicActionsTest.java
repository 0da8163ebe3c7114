package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TopicActionsTest {
    private static final Map<String, String> CONFIGS = Map.of("retention.ms", "-1");
    private static final TopicSpec JOBS =
            new TopicSpec("jobs", 4, (short) 1, CONFIGS, TopicSpec.Growth.ADDED);
    private static final TopicSpec RESULTS =
            new TopicSpec("results", 4, (short) 1, CONFIGS, TopicSpec.Growth.KEYED);

    private static TopicActions actions(TopicSpec spec, ExistingTopic existing) {
        return TopicActions.of(List.of(spec), Map.of(spec.name(), existing));
    }

    @Nested
    class AMissingTopic {
        @Test
        void isCreated() {
            var actions = TopicActions.of(List.of(RESULTS, JOBS), Map.of());

            assertThat(actions.create()).containsExactly(RESULTS, JOBS);
            assertThat(actions.keep()).isEmpty();
        }
    }

    @Nested
    class ATopicThatMatchesThePlan {
        @Test
        void isKept() {
            var actions = actions(RESULTS, new ExistingTopic(4, CONFIGS));

            assertThat(actions.keep()).containsExactly("results");
            assertThat(actions.configure()).isEmpty();
        }

        @Test
        void isKeptWithConfigurationsThatAnOperatorAdded() {
            var existing = new ExistingTopic(4, Map.of("retention.ms", "-1", "segment.ms", "1000"));

            assertThat(actions(RESULTS, existing).keep()).containsExactly("results");
        }
    }

    @Nested
    class ATopicThatMustNotGrow {
        @Test
        void isRefusedWithTheReasonWhenTheCountWouldGrow() {
            var actions = actions(RESULTS, new ExistingTopic(2, CONFIGS));

            assertThat(actions.grow()).isEmpty();
            assertThat(actions.refuse().get("results"))
                    .contains("it has 2 partitions, the configuration says 4")
                    .contains("Set topics.partitions back");
        }

        @Test
        void isRefusedWhenThePlanHasFewerForAllTopicsWithKeys() {
            assertThat(actions(RESULTS, new ExistingTopic(8, CONFIGS)).refuse().get("results"))
                    .contains("it has 8 partitions, the configuration says 4")
                    .contains("Set topics.partitions back");
        }

        @Test
        void isKeptWhenOthersHaveAddedPartitionsToIt() {
            var chunks = new TopicSpec("chunks", 4, (short) 1, CONFIGS, TopicSpec.Growth.KEYED);

            var actions =
                    TopicActions.of(
                            List.of(RESULTS, chunks),
                            Map.of(
                                    "results", new ExistingTopic(8, CONFIGS),
                                    "chunks", new ExistingTopic(4, CONFIGS)));

            assertThat(actions.keep()).containsExactly("results", "chunks");
        }

        @Test
        void isKeptWithMorePartitionsButNotWithFewer() {
            var requests = new TopicSpec("r", 4, (short) 1, CONFIGS, TopicSpec.Growth.ACCEPTED);

            assertThat(actions(requests, new ExistingTopic(5, CONFIGS)).keep())
                    .containsExactly("r");
            assertThat(actions(requests, new ExistingTopic(3, CONFIGS)).refuse()).containsKey("r");
        }

        @Test
        void isNotConfiguredWhenItIsRefused() {
            assertThat(actions(RESULTS, new ExistingTopic(2, Map.of())).configure()).isEmpty();
        }
    }

    @Nested
    class ATopicThatMayGrow {
        @Test
        void getsTheMissingPartitions() {
            assertThat(actions(JOBS, new ExistingTopic(2, CONFIGS)).grow())
                    .isEqualTo(Map.of("jobs", 4));
        }

        @Test
        void keepsSurplusPartitions() {
            var actions = actions(JOBS, new ExistingTopic(8, CONFIGS));

            assertThat(actions.grow()).isEmpty();
            assertThat(actions.keep()).containsExactly("jobs");
        }
    }

    @Nested
    class ADifferingConfiguration {
        @Test
        void isSetAlone() {
            var spec =
                    new TopicSpec(
                            "jobs",
                            4,
                            (short) 1,
                            Map.of("retention.ms", "-1", "max.message.bytes", "9"),
                            TopicSpec.Growth.ADDED);
            var existing =
                    new ExistingTopic(4, Map.of("retention.ms", "7", "max.message.bytes", "9"));

            assertThat(actions(spec, existing).configure())
                    .isEqualTo(Map.of("jobs", Map.of("retention.ms", "-1")));
        }

        @Test
        void isSetTogetherWithNewPartitions() {
            var actions = actions(JOBS, new ExistingTopic(2, Map.of()));

            assertThat(actions.grow()).containsKey("jobs");
            assertThat(actions.configure()).containsKey("jobs");
        }
    }
}
