package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.standalone.cluster.NeedResult.State;
import dev.millrace.testclusters.secured.SecuredCluster;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCheckIT {
    private static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of())
                    .parse(
                            "test",
                            """
                            topics: { partitions: 2, replication_factor: 1 }
                            providers: { p: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-not-used-7011 } }
                            models: { m1: { provider: p, price: { input: 1, output: 1 } } }
                            """);

    @TempDir private Path folder;

    /** A cluster that accepts records of 1 MiB, as most services do. */
    public static final class SmallRecords implements CreateTopicPolicy {
        private static final int MOST = 1 << 20;

        /** Created by the broker. */
        public SmallRecords() {}

        @Override
        public void validate(RequestMetadata topic) {
            String bytes = topic.configs().getOrDefault("max.message.bytes", "0");
            if (Integer.parseInt(bytes) > MOST) {
                throw new PolicyViolationException("max.message.bytes must be 1048576 or less");
            }
        }

        @Override
        public void configure(Map<String, ?> configs) {}

        @Override
        public void close() {}
    }

    private static Map<ClusterNeed, NeedResult> check(Admin admin, Map<String, String> kafka) {
        var check = new ClusterCheck(admin, CONFIG.withKafka(new KafkaConfig(kafka)));
        var results = new EnumMap<ClusterNeed, NeedResult>(ClusterNeed.class);
        check.run().forEach(it -> assertThat(results.put(it.need(), it)).isNull());
        assertThat(check.leftOver()).isEmpty();
        return results;
    }

    private static NeedResult result(Map<ClusterNeed, NeedResult> results, ClusterNeed need) {
        return Objects.requireNonNull(results.get(need));
    }

    @Test
    void brokerOfMillraceHasEverythingAndKeepsNothing() throws Exception {
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var results = check(admin, Map.of("bootstrap.servers", broker.bootstrapServers()));

            assertThat(results).containsOnlyKeys(ClusterNeed.values());
            assertThat(results.values())
                    .filteredOn(it -> it.state() != State.OK)
                    .extracting(NeedResult::need)
                    .containsExactly(ClusterNeed.REPLICAS);
            assertThat(admin.listTopics().names().get()).isEmpty();
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void whatAClusterLacksIsNamed() {
        var more = new HashMap<String, String>();
        more.put("group.coordinator.rebalance.protocols", "classic");
        more.put("offset.metadata.max.bytes", "1024");
        more.put("offsets.retention.minutes", "10080");
        more.put("group.min.session.timeout.ms", "30000");
        more.put("group.max.session.timeout.ms", "60000");
        more.put("transaction.max.timeout.ms", "5000");
        more.put("message.max.bytes", "1048588");
        more.put("create.topic.policy.class.name", SmallRecords.class.getName());
        try (var cluster = SecuredCluster.start(folder, more)) {
            var client = new HashMap<>(Map.of("bootstrap.servers", cluster.adminServers()));
            var results = check(cluster.admin(), client);

            assertThat(results).containsOnlyKeys(ClusterNeed.values());
            assertThat(result(results, ClusterNeed.TOPICS).line())
                    .startsWith("missing  topics: Creating the topic millrace.")
                    .contains("max.message.bytes must be 1048576 or less");
            assertThat(states(results))
                    .containsEntry(ClusterNeed.LARGE_RECORDS, State.MISSING)
                    .containsEntry(ClusterNeed.TRANSACTIONS, State.MISSING)
                    .containsEntry(ClusterNeed.GROUP_PROTOCOL, State.MISSING)
                    .containsEntry(ClusterNeed.SESSION_TIMEOUT, State.MISSING)
                    .containsEntry(ClusterNeed.OFFSET_RETENTION, State.LIMITED)
                    .containsEntry(ClusterNeed.DELETED_RECORDS, State.OK)
                    .containsEntry(ClusterNeed.TOPIC_IDS, State.OK);
            assertThat(result(results, ClusterNeed.OFFSET_METADATA).line())
                    .startsWith("limited  offset metadata: 1024 characters");

            client.put("group.protocol", "classic");
            client.put("session.timeout.ms", "30000");
            assertThat(states(check(cluster.admin(), client)))
                    .containsEntry(ClusterNeed.GROUP_PROTOCOL, State.OK);
        }
    }

    private static Map<ClusterNeed, State> states(Map<ClusterNeed, NeedResult> results) {
        var states = new EnumMap<ClusterNeed, State>(ClusterNeed.class);
        results.forEach((need, result) -> states.put(need, result.state()));
        return states;
    }

    @Test
    void userWithoutRightsLearnsThatNothingWasTried() {
        try (var cluster = SecuredCluster.start(folder)) {
            cluster.addUser("nobody", "password-7012");
            var client = cluster.client("nobody", "password-7012");
            try (var admin = Admin.create(new HashMap<>(client))) {
                var results = check(admin, client);

                assertThat(result(results, ClusterNeed.TOPICS).isFailure()).isTrue();
                assertThat(result(results, ClusterNeed.RIGHTS).line())
                        .startsWith("limited  rights: this user lacks rights of submit, router,");
                assertThat(results).doesNotContainKey(ClusterNeed.TRANSACTIONS);
            }
        }
    }
}
