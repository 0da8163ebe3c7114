package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.broker.EmbeddedBrokerSettings;
import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.testclusters.secured.SecuredCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the check reports each right that is taken away, and no other. */
@Tag("long")
class RightsCheckIT {
    private static final String PASSWORD = "password-7009";

    /** Topics that Kafka Streams and {@code topics check} create. */
    private static final Set<String> OTHERS =
            Set.of(
                    "millrace.router-pace-changelog",
                    "millrace.router-cache-changelog",
                    "millrace.check-1");

    private static final MillraceConfig CONFIG =
            new ConfigLoader(Map.of())
                    .parse(
                            "test",
                            """
                            topics: { partitions: 2, replication_factor: 1 }
                            providers: { p: { wire: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-not-used-7010 } }
                            models: { m1: { provider: p, price: { input: 1, output: 1 } } }
                            request_topics: { millrace.requests: {}, acme.requests: { tenant: acme } }
                            """);
    private static final Set<String> TOPICS =
            Stream.concat(TopicPlan.of(CONFIG).stream().map(TopicSpec::name), OTHERS.stream())
                    .collect(Collectors.toSet());

    @TempDir private static Path folder;
    private static SecuredCluster cluster;

    @BeforeAll
    static void start() {
        cluster = SecuredCluster.start(folder);
        assertThat(new TopicAdmin(cluster.admin()).apply(TopicPlan.of(CONFIG)).refused()).isEmpty();
        cluster.admin()
                .createTopics(OTHERS.stream().map(it -> new NewTopic(it, 1, (short) 1)).toList())
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void missingRightIsFound(Role role) throws InterruptedException {
        String user = "user-" + role.word();
        cluster.addUser(user, PASSWORD);
        List<Right> rights = RoleRights.of(role, CONFIG);
        rights.forEach(it -> cluster.allow(it.bindings("User:" + user)));
        try (var admin = Admin.create(new HashMap<>(cluster.client(user, PASSWORD)))) {
            var check = new RightsCheck(admin, TOPICS);
            awaitComplete(check, rights);
            for (Right each : single(rights)) {
                cluster.revoke(each.bindings("User:" + user));
                awaitMissing(check, rights, each);
                cluster.allow(each.bindings("User:" + user));
                awaitComplete(check, rights);
            }
        }
    }

    /**
     * Splits rights on topics into rights with one operation each. Keeps other rights whole,
     * because brokers report nothing about a missing group to a user that may do anything with it.
     * Omits optional rights on groups and on the cluster, because brokers report nothing about the
     * settings of a missing group, and nothing about the cluster to a user that may not describe
     * it.
     */
    private static List<Right> single(List<Right> rights) {
        var single = new ArrayList<Right>();
        for (Right right : rights) {
            if (right.kind() == ResourceType.TOPIC) {
                right.operations().forEach(it -> single.add(right.only(Set.of(it))));
            } else if (right.isRequired()) {
                single.add(right);
            }
        }
        return single;
    }

    /**
     * Waits until the brokers have applied the removal of a right, and the check reports this right
     * and no right on other resources.
     */
    private static void awaitMissing(RightsCheck check, List<Right> rights, Right expected) {
        await().untilAsserted(
                        () ->
                                assertThat(check.missing(rights))
                                        .as(expected::toString)
                                        .isNotEmpty()
                                        .allMatch(it -> it.name().equals(expected.name()))
                                        .anyMatch(
                                                it ->
                                                        it.operations()
                                                                .containsAll(
                                                                        expected.operations())));
    }

    private static void awaitComplete(RightsCheck check, List<Right> rights) {
        await().untilAsserted(() -> assertThat(check.missing(rights)).isEmpty());
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
    }

    @Test
    void clusterWithoutAccessControlAllowsEverything() {
        try (var broker = EmbeddedBroker.start(EmbeddedBrokerSettings.in(folder.resolve("open")))) {
            var open = CONFIG.withKafka(KafkaConfig.of(broker.bootstrapServers()));
            for (Role role : Role.values()) {
                assertThat(AccessCheck.check(open, role))
                        .isEqualTo(new ClusterAccess.Usable(List.of()));
            }
        }
    }
}
