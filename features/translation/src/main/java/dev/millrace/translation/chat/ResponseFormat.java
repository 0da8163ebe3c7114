package dev.millrace.translation.chat;

import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.StrictSchema;
import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Translates the format that the answer must have. */
final class ResponseFormat {
    private static final String JSON_SCHEMA = "json_schema";
    private static final String NAME = "name";
    private static final String DESCRIPTION = "description";

    private ResponseFormat() {}

    /** Returns the format for messages; empty for plain text. */
    static Optional<ObjectNode> translate(Fields request) {
        return request.variant("response_format", "type")
                .filter(format -> format.kind().equals(JSON_SCHEMA))
                .flatMap(format -> format.requiredObject(JSON_SCHEMA))
                .map(ResponseFormat::format);
    }

    private static ObjectNode format(Fields given) {
        ObjectNode schema = JsonTree.object();
        given.value("schema")
                .filter(ObjectNode.class::isInstance)
                .ifPresentOrElse(
                        it -> schema.setAll((ObjectNode) it),
                        () -> given.refuse("schema", "must be a schema"));
        StrictSchema.ANTHROPIC.check(schema, given.path("schema"), given.findings());
        if (!schema.has("title")) {
            given.copy(NAME, schema, "title");
        } else if (given.value(NAME).filter(it -> !it.equals(schema.path("title"))).isPresent()) {
            given.omit(NAME);
        }
        if (given.has(DESCRIPTION) && schema.has(DESCRIPTION)) {
            boolean isSame = given.value(DESCRIPTION).get().equals(schema.path(DESCRIPTION));
            if (!isSame) {
                given.refuse(DESCRIPTION, "must equal the description of the schema");
            }
        }
        given.copy(DESCRIPTION, schema);
        ObjectNode format = JsonTree.object().put("type", JSON_SCHEMA);
        format.set("schema", schema);
        return format;
    }
}
