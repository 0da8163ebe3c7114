package dev.millrace.contracts.kafka;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.problem.Suggestion;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Checks the Kafka client properties of a file, and recognises secret values. */
final class KafkaProperties {
    private static final String COMMITS = "results and offsets are committed in one transaction";
    private static final String TRANSACTIONS = "exactly-once results depend on it";
    private static final String BYTES = "records are raw bytes";
    private static final String PARTITIONS = "a job and its answer must reach the same partition";
    private static final String GROUPS = "each service has its own group and protocol";

    /** The reserved properties, each with the reason why it cannot be set. */
    private static final Map<String, String> RESERVED =
            Map.ofEntries(
                    Map.entry("isolation.level", "services read committed records only"),
                    Map.entry("enable.auto.commit", COMMITS),
                    Map.entry("auto.commit.interval.ms", COMMITS),
                    Map.entry(
                            "auto.offset.reset",
                            "a lost offset must stop a partition, not skip or repeat jobs"),
                    Map.entry(
                            "allow.auto.create.topics",
                            "topics need their settings from the start"),
                    Map.entry("transactional.id", TRANSACTIONS + "; worker.instance names it"),
                    Map.entry("enable.idempotence", TRANSACTIONS),
                    Map.entry("acks", TRANSACTIONS),
                    Map.entry("processing.guarantee", TRANSACTIONS),
                    Map.entry("partitioner.class", PARTITIONS),
                    Map.entry("partitioner.ignore.keys", PARTITIONS),
                    Map.entry("key.serializer", BYTES),
                    Map.entry("value.serializer", BYTES),
                    Map.entry("key.deserializer", BYTES),
                    Map.entry("value.deserializer", BYTES),
                    Map.entry("default.key.serde", BYTES),
                    Map.entry("default.value.serde", BYTES),
                    Map.entry("group.id", GROUPS),
                    Map.entry("group.protocol", GROUPS),
                    Map.entry("group.instance.id", GROUPS),
                    Map.entry("group.remote.assignor", GROUPS),
                    Map.entry("partition.assignment.strategy", GROUPS),
                    Map.entry("application.id", GROUPS),
                    Map.entry("num.standby.replicas", "set router.standby_replicas instead"));

    /** The only permitted group property. It applies to the worker's group. */
    private static final Set<String> GROUP_PROTOCOL =
            Set.of("group.protocol", "consumer.group.protocol");

    private static final Set<String> GROUP_PROTOCOLS = Set.of("consumer", "classic");

    /** The properties of Kafka's own clients. */
    private static final Set<String> KNOWN = known();

    /** The prefixes of Kafka Streams for its internal clients, longest first. */
    private static final List<String> PREFIXES =
            List.of(
                    "main.consumer.",
                    "restore.consumer.",
                    "global.consumer.",
                    "consumer.",
                    "producer.",
                    "admin.");

    private static final Pattern SECRET =
            Pattern.compile(
                    "^sasl\\.jaas\\.config$|password|secret|credential|token|keystore\\.key");

    private KafkaProperties() {}

    /**
     * Rejects reserved properties and probable misspellings of known ones. Accepts other unknown
     * properties, which can belong to an interceptor or a login module. The worker's group can use
     * the classic protocol, for brokers without the new protocol.
     *
     * @throws dev.millrace.yaml.problem.Violation with the reason
     */
    static void check(String property, String value) {
        if (GROUP_PROTOCOL.contains(property)) {
            require(
                    GROUP_PROTOCOLS.contains(value),
                    property,
                    "must be consumer or classic, was " + value);
            return;
        }
        var plain = withoutPrefix(property);
        var reason = RESERVED.get(plain);
        require(reason == null, property, "cannot be set: " + reason);
        var hint = KNOWN.contains(plain) ? "" : Suggestion.hint(plain, KNOWN);
        require(hint.isEmpty(), property, "is not a known property" + hint);
    }

    /** Returns every property that cannot be set. */
    static Set<String> reserved() {
        return RESERVED.keySet();
    }

    /** Returns true if the value of the property must not be shown. */
    static boolean isSecret(String property) {
        return SECRET.matcher(property).find();
    }

    private static String withoutPrefix(String property) {
        return PREFIXES.stream()
                .filter(property::startsWith)
                .findFirst()
                .map(prefix -> property.substring(prefix.length()))
                .orElse(property);
    }

    private static Set<String> known() {
        var known = new HashSet<>(RESERVED.keySet());
        known.addAll(ConsumerConfig.configNames());
        known.addAll(ProducerConfig.configNames());
        known.addAll(AdminClientConfig.configNames());
        return Set.copyOf(known);
    }
}
