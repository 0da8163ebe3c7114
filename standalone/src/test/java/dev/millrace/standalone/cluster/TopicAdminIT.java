package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.contracts.topic.TopicSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicAdminIT {
    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start(@TempDir Path directory) {
        broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(directory));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    private static TopicApplyResult apply(TopicSpec... plan) {
        return new TopicAdmin(admin).apply(List.of(plan));
    }

    private static TopicSpec jobs(String name, int partitions, String retention) {
        return new TopicSpec(
                name,
                partitions,
                (short) 1,
                Map.of("retention.ms", retention),
                TopicSpec.Growth.ADDED);
    }

    private static TopicSpec results(String name, int partitions) {
        return new TopicSpec(name, partitions, (short) 1, Map.of(), TopicSpec.Growth.KEYED);
    }

    private static int partitions(String topic) throws Exception {
        var answer = admin.describeTopics(List.of(topic)).topicNameValues();
        return Objects.requireNonNull(answer.get(topic)).get().partitions().size();
    }

    @Nested
    class ATopicOnDemand {
        private static final String LANE = "lane-on-demand";

        private TopicApplyResult applyOnDemand(TopicSpec topic) {
            return new TopicAdmin(admin).apply(List.of(topic), Set.of(LANE));
        }

        @Test
        void isOnlyAdjusted() throws Exception {
            assertThat(applyOnDemand(jobs(LANE, 2, "-1")))
                    .isEqualTo(new TopicApplyResult(List.of(), Map.of(), List.of(), Map.of()));

            apply(jobs(LANE, 2, "-1"));
            assertThat(applyOnDemand(jobs(LANE, 3, "-1")).changed()).containsKey(LANE);
            assertThat(partitions(LANE)).isEqualTo(3);
        }
    }

    @Nested
    class APlanOnAnEmptyCluster {
        @Test
        void createsItsTopicsInOrder() throws Exception {
            var applied = apply(results("new-results", 3), jobs("new-jobs", 2, "-1"));

            assertThat(applied.created()).containsExactly("new-results", "new-jobs");
            assertThat(applied.isComplete()).isTrue();
            assertThat(partitions("new-results")).isEqualTo(3);
        }
    }

    @Nested
    class ARepeatedPlan {
        @Test
        void changesNothing() {
            apply(results("same-results", 3), jobs("same-jobs", 2, "-1"));

            var again = apply(results("same-results", 3), jobs("same-jobs", 2, "-1"));

            assertThat(again.unchanged()).containsExactly("same-results", "same-jobs");
            assertThat(again.created()).isEmpty();
            assertThat(again.changed()).isEmpty();
        }
    }

    @Nested
    class AChangedPlan {
        @Test
        void addsPartitionsToATopicThatMayGrow() throws Exception {
            apply(jobs("grown", 2, "-1"));

            var applied = apply(jobs("grown", 5, "-1"));

            assertThat(applied.changed()).isEqualTo(Map.of("grown", "5 partitions"));
            assertThat(partitions("grown")).isEqualTo(5);
        }

        @Test
        void isRefusedForATopicThatMustNotGrowAndAppliedToTheOthers() throws Exception {
            apply(results("refused", 2));

            var applied = apply(results("refused", 4), results("beside", 1));

            assertThat(applied.refused()).containsOnlyKeys("refused");
            assertThat(applied.isComplete()).isFalse();
            assertThat(partitions("refused")).isEqualTo(2);
            assertThat(partitions("beside")).isEqualTo(1);
        }

        @Test
        void setsAConfigurationThatDiffers() {
            apply(jobs("configured", 1, "-1"));

            assertThat(apply(jobs("configured", 1, "60000")).changed())
                    .isEqualTo(Map.of("configured", "retention.ms=60000"));
            assertThat(apply(jobs("configured", 1, "60000")).unchanged())
                    .containsExactly("configured");
        }
    }

    @Nested
    class APlanThatTheClusterRejects {
        @Test
        void failsWithTheTopicAndTheReason() {
            var tooManyReplicas =
                    new TopicSpec("replicated", 1, (short) 3, Map.of(), TopicSpec.Growth.KEYED);

            assertThatThrownBy(() -> apply(tooManyReplicas))
                    .isInstanceOf(TopicAdminException.class)
                    .hasMessageContaining("Creating the topic replicated failed")
                    .hasMessageContaining("replication factor");
        }

        @Test
        void createsNoneOfItsTopicsAndNamesAllThatAreRefused() throws Exception {
            TopicSpec many = new TopicSpec("many", 1, (short) 3, Map.of(), TopicSpec.Growth.KEYED);
            TopicSpec more = new TopicSpec("more", 1, (short) 3, Map.of(), TopicSpec.Growth.KEYED);
            TopicSpec odd = jobs("odd", 1, "forever");

            assertThatThrownBy(() -> apply(jobs("possible", 1, "-1"), many, odd, more))
                    .isInstanceOf(TopicAdminException.class)
                    .hasMessageContaining("Creating the topic many, more failed: ")
                    .hasMessageContaining("Creating the topic odd failed: ")
                    .hasMessageContaining("retention.ms");
            assertThat(admin.listTopics().names().get())
                    .doesNotContain("possible", "many", "more", "odd");
        }

        @Test
        void namesOnlySomeOfManyTopics() {
            var plan =
                    IntStream.range(0, 7)
                            .mapToObj(
                                    i ->
                                            new TopicSpec(
                                                    "of-many-" + i,
                                                    1,
                                                    (short) 3,
                                                    Map.of(),
                                                    TopicSpec.Growth.KEYED))
                            .toList();

            assertThatThrownBy(() -> new TopicAdmin(admin).apply(plan))
                    .hasMessageContaining("of-many-3, of-many-4 and 2 more failed: ");
        }
    }
}
