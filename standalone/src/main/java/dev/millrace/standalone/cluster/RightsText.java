package dev.millrace.standalone.cluster;

import dev.millrace.contracts.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.resource.ResourceType;
import tools.jackson.core.JsonGenerator;

/** Formats the rights of roles: as a table, as commands of Kafka's own tool, and as JSON. */
final class RightsText {
    private RightsText() {}

    /** Returns the lines of a table. */
    static List<String> table(Map<Role, List<Right>> rights) {
        return rights.entrySet().stream()
                .flatMap(
                        it ->
                                Stream.concat(
                                        Stream.of(
                                                it.getKey().word() + ": " + it.getKey().meaning()),
                                        it.getValue().stream().map(RightsText::row)))
                .toList();
    }

    private static String row(Right right) {
        return "  %-17s %-34s %-42s %s%s"
                .formatted(
                        right.kindWord(),
                        name(right),
                        String.join(", ", right.operationWords()),
                        right.purpose(),
                        right.isRequired() ? "" : " (optional)");
    }

    /** Returns the name of the resource, with a star after a prefix. */
    static String name(Right right) {
        return right.name() + (right.isPrefix() ? "*" : "");
    }

    /**
     * Returns a {@code kafka-acls.sh} command for each right.
     *
     * @param servers the brokers as comma-separated {@code host:port} pairs
     * @param principal such as {@code User:worker}
     */
    static List<String> commands(List<Right> rights, String servers, String principal) {
        return rights.stream().map(it -> command(it, servers, principal)).toList();
    }

    private static String command(Right right, String servers, String principal) {
        return "kafka-acls.sh --bootstrap-server %s --command-config admin.properties --add --allow-principal '%s' %s%s %s"
                .formatted(
                        servers,
                        principal,
                        right.kind() == ResourceType.CLUSTER
                                ? "--cluster"
                                : "--" + right.kindWord() + " " + right.name(),
                        right.isPrefix() ? " --resource-pattern-type prefixed" : "",
                        right.operationWords().stream()
                                .map(it -> "--operation " + it)
                                .collect(Collectors.joining(" ")));
    }

    /** Returns one line of JSON: an object with a list of rights for each role. */
    static String json(Map<Role, List<Right>> rights) {
        var out = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(out)) {
            json.writeStartObject();
            rights.forEach(
                    (role, list) -> {
                        json.writeArrayPropertyStart(role.word());
                        list.forEach(it -> write(it, json));
                        json.writeEndArray();
                    });
            json.writeEndObject();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void write(Right right, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("kind", right.kindWord());
        json.writeStringProperty("name", right.name());
        json.writeBooleanProperty("prefix", right.isPrefix());
        json.writeArrayPropertyStart("operations");
        right.operationWords().forEach(json::writeString);
        json.writeEndArray();
        json.writeBooleanProperty("required", right.isRequired());
        json.writeStringProperty("purpose", right.purpose());
        json.writeEndObject();
    }
}
