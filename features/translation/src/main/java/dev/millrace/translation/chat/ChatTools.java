package dev.millrace.translation.chat;

import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.StrictSchema;
import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates tools, and how the model is to choose among them. */
final class ChatTools {
    /**
     * Names that messages accept.
     *
     * @see <a
     *     href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/define-tools">Reference</a>
     */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,128}");

    private static final String TYPE = "type";
    private static final String TOOLS = "tools";
    private static final String TOOL_CHOICE = "tool_choice";
    private static final String PARALLEL = "parallel_tool_calls";

    private final Fields request;

    ChatTools(Fields request) {
        this.request = request;
    }

    void translateTo(ObjectNode translated) {
        ArrayNode tools = JsonTree.array();
        for (Fields tool : request.variants(TOOLS, TYPE)) {
            tool.requiredObject("function").ifPresent(function -> tools.add(tool(function)));
        }
        if (!tools.isEmpty()) {
            translated.set(TOOLS, tools);
        }
        choice(!tools.isEmpty()).ifPresent(choice -> translated.set(TOOL_CHOICE, choice));
    }

    private static ObjectNode tool(Fields function) {
        ObjectNode tool = JsonTree.object();
        String name = function.requiredText("name");
        if (!NAME.matcher(name).matches()) {
            function.refuse("name", "must be 1 to 128 letters, digits, _ or -");
        }
        tool.put("name", name);
        function.copy("description", tool);
        tool.set("input_schema", inputSchema(function));
        if (function.flag("strict").orElse(false)) {
            StrictSchema.ANTHROPIC.check(
                    tool.path("input_schema"), function.path("parameters"), function.findings());
            tool.put("strict", true);
        }
        return tool;
    }

    /** Returns the schema of the arguments, which are always an object. */
    private static ObjectNode inputSchema(Fields function) {
        ObjectNode schema = JsonTree.object();
        schema.put(TYPE, "object");
        Optional<JsonNode> parameters = function.value("parameters");
        if (parameters.isEmpty()) {
            schema.putObject("properties");
        } else if (parameters.get() instanceof ObjectNode given) {
            schema.setAll(given);
        } else {
            function.refuse("parameters", "must be a schema");
        }
        if (!schema.path(TYPE).asString("").equals("object")) {
            function.refuse("parameters.type", "must be object for messages");
        }
        return schema;
    }

    /** Returns the choice for messages, which also limits the model to one call at a time. */
    private Optional<ObjectNode> choice(boolean hasTools) {
        Optional<ObjectNode> choice = request.value(TOOL_CHOICE).flatMap(this::requestedChoice);
        boolean isSerial = !request.flag(PARALLEL).orElse(true);
        if (!hasTools) {
            refuseWithoutTools(choice, isSerial);
            return Optional.empty();
        }
        return isSerial ? Optional.of(serial(choice)) : choice;
    }

    /** Messages refuse a tool choice without tools; auto and none then mean nothing. */
    private void refuseWithoutTools(Optional<ObjectNode> choice, boolean isSerial) {
        if (isSerial) {
            request.refuse(PARALLEL, "needs tools");
        }
        switch (choice.map(it -> it.path(TYPE).asString("")).orElse("none")) {
            case "auto", "none" -> {}
            default -> request.refuse(TOOL_CHOICE, "needs tools");
        }
    }

    private static ObjectNode serial(Optional<ObjectNode> choice) {
        ObjectNode serial = choice.orElseGet(() -> choiceOf("auto"));
        if (!serial.path(TYPE).asString("").equals("none")) {
            serial.put("disable_parallel_tool_use", true);
        }
        return serial;
    }

    private Optional<ObjectNode> requestedChoice(JsonNode choice) {
        if (choice.isObject()) {
            return request.variant(TOOL_CHOICE, TYPE)
                    .flatMap(named -> named.requiredObject("function"))
                    .map(function -> choiceOf("tool").put("name", function.requiredText("name")));
        }
        return switch (choice.asString("")) {
            case "none" -> Optional.of(choiceOf("none"));
            case "auto" -> Optional.of(choiceOf("auto"));
            case "required" -> Optional.of(choiceOf("any"));
            default -> {
                request.refuse(TOOL_CHOICE, "must be none, auto, required or a function");
                yield Optional.empty();
            }
        };
    }

    private static ObjectNode choiceOf(String type) {
        return JsonTree.object().put(TYPE, type);
    }
}
