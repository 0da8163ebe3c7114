package dev.millrace.testclusters.schema;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.millrace.contracts.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads the schemas and the AsyncAPI description in the jar of the messages. */
public final class ShippedSchemas {
    /** Name of the AsyncAPI description. */
    public static final String DESCRIPTION = "asyncapi.yaml";

    private static final String FOLDER = "/dev/millrace/contracts/schemas/";
    private static final String REF = "$ref";
    private static final String OPEN = "additionalProperties";
    private static final JsonMapper JSON = new JsonMapper();
    private static final YAMLMapper YAML = new YAMLMapper();

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    it ->
                            it.schemaRegistryConfig(
                                    SchemaRegistryConfig.builder()
                                            .formatAssertionsEnabled(true)
                                            .build()));

    private ShippedSchemas() {}

    /** Reads a file, such as {@code result.schema.json}. */
    public static JsonNode read(String file) {
        try (InputStream in = Topics.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalArgumentException("the jar has no " + FOLDER + file);
            }
            return file.equals(DESCRIPTION) ? YAML.readTree(in) : JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the node that a node of the description refers to, or the node itself.
     *
     * @throws IllegalArgumentException if a reference leads nowhere
     */
    public static JsonNode resolve(JsonNode node, JsonNode description) {
        JsonNode found = node;
        while (found.has(REF)) {
            String reference = found.path(REF).stringValue();
            found =
                    reference.startsWith("#")
                            ? description.at(reference.substring(1))
                            : read(reference.replaceFirst("^\\./", ""));
            if (found.isMissingNode()) {
                throw new IllegalArgumentException(reference + " leads nowhere");
            }
        }
        return found;
    }

    /** Compiles a schema, whose formats are checked. */
    public static Schema compile(JsonNode schema) {
        return REGISTRY.getSchema(schema);
    }

    /**
     * Returns a copy that accepts only the keys that the schema names, except where it accepts
     * others explicitly.
     */
    public static JsonNode closed(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        close(copy);
        return copy;
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode schema
                && schema.has("type")
                && schema.path("properties").isObject()
                && !schema.has(OPEN)) {
            schema.put(OPEN, false);
        }
        node.forEach(ShippedSchemas::close);
    }
}
