package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.wire.CallId;
import dev.millrace.simulator.wire.HeaderTimeFormat;
import dev.millrace.simulator.wire.WireFormat;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats the list of models. */
public final class ModelsWire {
    private ModelsWire() {}

    /** Returns the list of the given models. */
    public static ObjectNode list(WireFormat wire, List<String> models, CallId id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode data = JsonNodeFactory.instance.arrayNode();
        models.forEach(model -> data.add(one(wire, model, id)));
        switch (wire) {
            case OPENAI -> {
                body.put("object", "list");
                body.set("data", data);
            }
            case ANTHROPIC -> {
                body.set("data", data);
                body.put("has_more", false)
                        .put("first_id", models.isEmpty() ? null : models.getFirst())
                        .put("last_id", models.isEmpty() ? null : models.getLast());
            }
        }
        return body;
    }

    /** Returns one model. */
    public static ObjectNode one(WireFormat wire, String model, CallId id) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        return switch (wire) {
            case OPENAI ->
                    node.put("id", model)
                            .put("object", "model")
                            .put("created", id.epochSecond())
                            .put("owned_by", "simulator");
            case ANTHROPIC ->
                    node.put("type", "model")
                            .put("id", model)
                            .put("display_name", model)
                            .put("created_at", HeaderTimeFormat.rfc3339(id.created()));
        };
    }
}
