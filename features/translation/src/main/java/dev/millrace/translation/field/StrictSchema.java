package dev.millrace.translation.field;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * The part of JSON Schema that a provider accepts where it guarantees that output follows a schema.
 * A schema outside this part would cause the provider's error 400, so it is refused beforehand.
 * Recursive schemas and the size of a schema are left to the provider.
 */
public enum StrictSchema {
    /**
     * Anthropic's limits.
     *
     * @see <a
     *     href="https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations">
     *     Reference</a>
     */
    ANTHROPIC("Anthropic's structured outputs"),
    /**
     * OpenAI's limits.
     *
     * @see <a href="https://platform.openai.com/docs/guides/structured-outputs#supported-schemas">
     *     Reference</a>
     */
    OPENAI("OpenAI's strict schemas");

    private static final Set<String> ANTHROPIC_LACKS =
            Set.of(
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                    "minLength",
                    "maxLength",
                    "maxItems");

    private static final Set<String> OPENAI_LACKS =
            Set.of("allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else");

    /** Keywords whose value is an object of schemas. */
    private static final List<String> NAMED_SCHEMAS = List.of("properties", "$defs", "definitions");

    /** Keywords whose value is a schema or a list of schemas. */
    private static final List<String> SCHEMAS = List.of("items", "anyOf", "oneOf", "allOf");

    private final String owner;

    StrictSchema(String owner) {
        this.owner = owner;
    }

    private Set<String> unsupported() {
        return switch (this) {
            case ANTHROPIC -> ANTHROPIC_LACKS;
            case OPENAI -> OPENAI_LACKS;
        };
    }

    /** Refuses each keyword of the schema that the provider does not accept. */
    public void check(JsonNode schema, String path, Findings findings) {
        for (String keyword : schema.propertyNames()) {
            if (unsupported().contains(keyword)) {
                findings.refuse(path + "." + keyword, "is not part of " + owner);
            }
        }
        JsonNode minItems = schema.path("minItems");
        if (this == ANTHROPIC
                && minItems.isNumber()
                && minItems.decimalValue().compareTo(BigDecimal.ONE) > 0) {
            findings.refuse(path + ".minItems", "must be 0 or 1 in " + owner);
        }
        if (schema.path("type").asString("").equals("object") || schema.has("properties")) {
            checkObject(schema, path, findings);
        }
        NAMED_SCHEMAS.forEach(
                keyword -> checkNamed(schema.path(keyword), path + "." + keyword, findings));
        SCHEMAS.forEach(keyword -> checkAny(schema.path(keyword), path + "." + keyword, findings));
    }

    private void checkObject(JsonNode schema, String path, Findings findings) {
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isBoolean() || additional.booleanValue()) {
            findings.refuse(path + ".additionalProperties", "must be false in " + owner);
        }
        if (this == OPENAI) {
            List<String> required =
                    StreamSupport.stream(schema.path("required").spliterator(), false)
                            .map(it -> it.asString(""))
                            .toList();
            if (!required.containsAll(schema.path("properties").propertyNames())) {
                findings.refuse(path + ".required", "must list every property in " + owner);
            }
        }
    }

    private void checkNamed(JsonNode schemas, String path, Findings findings) {
        for (Map.Entry<String, JsonNode> schema : schemas.properties()) {
            check(schema.getValue(), path + "." + schema.getKey(), findings);
        }
    }

    private void checkAny(JsonNode schemas, String path, Findings findings) {
        if (schemas.isObject()) {
            check(schemas, path, findings);
        }
        for (int i = 0; schemas.isArray() && i < schemas.size(); i++) {
            check(schemas.get(i), path + "[" + i + "]", findings);
        }
    }
}
