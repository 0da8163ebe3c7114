package dev.millrace.standalone.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.topic.TopicSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TopicStepsTest {
    private static final Map<String, String> CONFIGS = Map.of("retention.ms", "-1");
    private static final TopicSpec JOBS = new TopicSpec("jobs", 4, (short) 1, CONFIGS, true);
    private static final TopicSpec RESULTS = new TopicSpec("results", 4, (short) 1, CONFIGS, false);

    private static TopicSteps steps(TopicSpec spec, ExistingTopic existing) {
        return TopicSteps.of(List.of(spec), Map.of(spec.name(), existing));
    }

    @Nested
    class AMissingTopic {
        @Test
        void isCreated() {
            var steps = TopicSteps.of(List.of(RESULTS, JOBS), Map.of());

            assertThat(steps.create()).containsExactly(RESULTS, JOBS);
            assertThat(steps.keep()).isEmpty();
        }
    }

    @Nested
    class ATopicAsPlanned {
        @Test
        void isKept() {
            var steps = steps(RESULTS, new ExistingTopic(4, CONFIGS));

            assertThat(steps.keep()).containsExactly("results");
            assertThat(steps.configure()).isEmpty();
        }

        @Test
        void isKeptWithWhatAnOperatorHasAdded() {
            var existing = new ExistingTopic(4, Map.of("retention.ms", "-1", "segment.ms", "1000"));

            assertThat(steps(RESULTS, existing).keep()).containsExactly("results");
        }
    }

    @Nested
    class ATopicWhoseKeysMustStay {
        @Test
        void isRefusedWithTheReasonWhenTheCountWouldGrow() {
            var steps = steps(RESULTS, new ExistingTopic(2, CONFIGS));

            assertThat(steps.grow()).isEmpty();
            assertThat(steps.refuse().get("results"))
                    .contains("it has 2 partitions and the configuration says 4")
                    .contains("Set topics.partitions to 2");
        }

        @Test
        void isRefusedWhenTheCountWouldShrink() {
            assertThat(steps(RESULTS, new ExistingTopic(8, CONFIGS)).refuse())
                    .containsKey("results");
        }

        @Test
        void isNotEvenConfiguredWhenItIsRefused() {
            assertThat(steps(RESULTS, new ExistingTopic(2, Map.of())).configure()).isEmpty();
        }
    }

    @Nested
    class ATopicThatMayGrow {
        @Test
        void getsThePartitionsThatItLacks() {
            assertThat(steps(JOBS, new ExistingTopic(2, CONFIGS)).grow())
                    .isEqualTo(Map.of("jobs", 4));
        }

        @Test
        void keepsThePartitionsThatItHasTooMany() {
            var steps = steps(JOBS, new ExistingTopic(8, CONFIGS));

            assertThat(steps.grow()).isEmpty();
            assertThat(steps.keep()).containsExactly("jobs");
        }
    }

    @Nested
    class ADifferingConfiguration {
        @Test
        void isSetAndNothingElse() {
            var spec =
                    new TopicSpec(
                            "jobs",
                            4,
                            (short) 1,
                            Map.of("retention.ms", "-1", "max.message.bytes", "9"),
                            true);
            var existing =
                    new ExistingTopic(4, Map.of("retention.ms", "7", "max.message.bytes", "9"));

            assertThat(steps(spec, existing).configure())
                    .isEqualTo(Map.of("jobs", Map.of("retention.ms", "-1")));
        }

        @Test
        void isSetBesideNewPartitions() {
            var steps = steps(JOBS, new ExistingTopic(2, Map.of()));

            assertThat(steps.grow()).containsKey("jobs");
            assertThat(steps.configure()).containsKey("jobs");
        }
    }
}
