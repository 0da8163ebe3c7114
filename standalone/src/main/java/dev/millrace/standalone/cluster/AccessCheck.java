package dev.millrace.standalone.cluster;

import static java.util.stream.Collectors.toSet;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TopicPlan;
import dev.millrace.contracts.kafka.AccessFailure;
import dev.millrace.contracts.kafka.KafkaClient;
import dev.millrace.contracts.kafka.KafkaConfig;
import dev.millrace.contracts.topic.TopicSpec;
import dev.millrace.standalone.client.BrokerProbe;
import dev.millrace.standalone.console.KafkaFailure;
import dev.millrace.standalone.console.UserError;
import dev.millrace.standalone.log.Logging;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Checks that a cluster accepts the login of a service and grants its rights. Without this check,
 * the service would retry refused requests forever.
 */
public final class AccessCheck {
    private static final int CONNECT_MILLIS = 5_000;
    private static final String CLUSTER = "the cluster";

    private AccessCheck() {}

    /**
     * Checks login and rights.
     *
     * @param config has a {@code kafka} block
     * @throws UserError when the cluster refuses the login, its certificate is not acceptable, a
     *     required right is missing, or an address answers, but not as Kafka
     */
    public static ClusterAccess check(MillraceConfig config, Role role) {
        KafkaConfig kafka = BrokerProbe.requireKafka(config.kafka().orElseThrow());
        Logging.quietConnections();
        var client = KafkaClient.ADMIN.properties(kafka.properties());
        client.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        client.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CONNECT_MILLIS);
        try (Admin admin = Admin.create(client)) {
            var _ = admin.describeCluster().clusterId().get();
            return new ClusterAccess.Usable(missing(admin, config, role));
        } catch (ExecutionException e) {
            Optional<String> refusal = AccessFailure.explain(e);
            if (refusal.isPresent()) {
                throw refused(kafka, refusal.get());
            }
            return e.getCause() instanceof RetriableException
                    ? new ClusterAccess.Unreachable(
                            CLUSTER,
                            "no broker answers at %s; if their port needs TLS, set security.protocol"
                                    .formatted(kafka.bootstrapServers()))
                    // A broker that cannot answer the question, such as an old one.
                    : new ClusterAccess.Usable(List.of());
        } catch (KafkaException e) {
            if (AccessFailure.isTemporary(e)) {
                return new ClusterAccess.Unreachable(CLUSTER, KafkaFailure.describe(e));
            }
            throw refused(
                    kafka,
                    AccessFailure.explain(e)
                            .orElseGet(() -> KafkaFailure.describe(e) + ". Check the kafka block"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UserError.failure("interrupted");
        } finally {
            Logging.showConnections();
        }
    }

    private static UserError refused(KafkaConfig kafka, String reason) {
        return UserError.failure(
                "Cannot use the cluster " + kafka.bootstrapServers() + ": " + reason);
    }

    private static List<String> missing(Admin admin, MillraceConfig config, Role role)
            throws ExecutionException, InterruptedException {
        var topics =
                Stream.concat(
                                TopicPlan.of(config).stream().map(TopicSpec::name),
                                admin.listTopics().names().get().stream())
                        .collect(toSet());
        var missing = new RightsCheck(admin, topics).missing(RoleRights.of(role, config));
        if (missing.stream().anyMatch(Right::isRequired)) {
            throw refused(
                    config.kafka().orElseThrow(),
                    "the user of the kafka block lacks these rights:\n"
                            + missing.stream()
                                    .filter(Right::isRequired)
                                    .map(it -> "  " + text(it) + "\n")
                                    .collect(Collectors.joining())
                            + "\"millrace rights "
                            + role.word()
                            + " --principal User:NAME\" prints the commands that add all rights of"
                            + " the service");
        }
        return missing.stream().map(AccessCheck::text).toList();
    }

    private static String text(Right right) {
        return "%s on %s %s (%s)"
                .formatted(
                        String.join(", ", right.operationWords()),
                        right.kindWord(),
                        RightsText.name(right),
                        right.purpose());
    }
}
