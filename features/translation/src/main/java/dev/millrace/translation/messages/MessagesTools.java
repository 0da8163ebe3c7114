package dev.millrace.translation.messages;

import dev.millrace.translation.field.Fields;
import dev.millrace.translation.field.StrictSchema;
import dev.millrace.wire.json.JsonTree;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Translates tools, and how the model is to choose among them. */
final class MessagesTools {
    /** Names that chat completions accept for a function. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    private static final String TYPE = "type";
    private static final String FUNCTION = "function";
    private static final String TOOL_CHOICE = "tool_choice";

    /** The type of a tool that does not name one. */
    private static final String CUSTOM = "custom";

    private final Fields request;

    MessagesTools(Fields request) {
        this.request = request;
    }

    void translateTo(ObjectNode translated) {
        ArrayNode tools = JsonTree.array();
        request.variants("tools", TYPE, CUSTOM).forEach(tool -> tools.add(tool(tool)));
        if (!tools.isEmpty()) {
            translated.set("tools", tools);
        }
        Optional<Fields> choice = request.variant(TOOL_CHOICE, TYPE);
        if (tools.isEmpty()) {
            choice.ifPresent(this::checkWithoutTools);
        } else {
            choice.ifPresent(it -> translateChoice(it, translated));
        }
    }

    /** Chat completions refuse a tool choice without tools; auto and none then mean nothing. */
    private void checkWithoutTools(Fields choice) {
        switch (choice.kind()) {
            case "auto", "none" -> {}
            default -> request.refuse(TOOL_CHOICE, "needs tools");
        }
    }

    private static ObjectNode tool(Fields tool) {
        ObjectNode translated = JsonTree.object().put(TYPE, FUNCTION);
        ObjectNode function = translated.putObject(FUNCTION);
        String name = tool.requiredText("name");
        if (!NAME.matcher(name).matches()) {
            tool.refuse("name", "must be 1 to 64 letters, digits, _ or - for chat completions");
        }
        function.put("name", name);
        tool.copy("description", function);
        tool.copy("input_schema", function, "parameters");
        if (tool.flag("strict").orElse(false)) {
            StrictSchema.OPENAI.check(
                    function.path("parameters"), tool.path("input_schema"), tool.findings());
            function.put("strict", true);
        }
        return translated;
    }

    private static void translateChoice(Fields choice, ObjectNode translated) {
        switch (choice.kind()) {
            case "any" -> translated.put(TOOL_CHOICE, "required");
            case "tool" ->
                    translated
                            .putObject(TOOL_CHOICE)
                            .put(TYPE, FUNCTION)
                            .putObject(FUNCTION)
                            .put("name", choice.requiredText("name"));
            // auto and none have equal names on both wires.
            default -> translated.put(TOOL_CHOICE, choice.kind());
        }
        if (choice.flag("disable_parallel_tool_use").orElse(false)) {
            translated.put("parallel_tool_calls", false);
        }
    }
}
