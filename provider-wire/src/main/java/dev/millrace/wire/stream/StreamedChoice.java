package dev.millrace.wire.stream;

import dev.millrace.wire.json.JsonTree;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One choice of a streamed completion. Used by one thread. */
final class StreamedChoice {
    private static final String FINISH_REASON = "finish_reason";
    private static final String LOGPROBS = "logprobs";

    private final HeldSize held;
    private final ObjectNode choice = JsonTree.object();
    private final MergedFields message;
    private final MergedFields logprobs;
    private final StringBuilder text = new StringBuilder();

    StreamedChoice(HeldSize held) {
        this.held = held;
        message = new MergedFields(held);
        logprobs = new MergedFields(held);
    }

    EventStep accept(ObjectNode piece) {
        for (Map.Entry<String, JsonNode> field : piece.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            String problem =
                    switch (key) {
                        case "delta" -> mergeInto(message, "message", value);
                        case LOGPROBS -> mergeInto(logprobs, LOGPROBS, value);
                        case "text" -> {
                            appendText(value);
                            yield "";
                        }
                        default -> {
                            MergedFields.replace(choice, key, value, held);
                            yield "";
                        }
                    };
            if (!problem.isEmpty()) {
                return EventStep.malformed(problem);
            }
        }
        return EventStep.accepted(hasContent(piece));
    }

    /** Keeps the place of a merged object among the fields; its value follows at the end. */
    private String mergeInto(MergedFields merged, String place, JsonNode value) {
        if (!choice.has(place)) {
            choice.putNull(place);
        }
        return value instanceof ObjectNode object ? merged.add(object).orElse("") : "";
    }

    private void appendText(JsonNode value) {
        String piece = value.asString("");
        held.add(piece);
        text.append(piece);
        choice.putNull("text");
    }

    /** Returns true for text of any kind and for tool calls, but not for a role. */
    private static boolean hasContent(ObjectNode piece) {
        return hasText(piece.path("text"))
                || piece.path("delta").properties().stream()
                        .anyMatch(
                                field ->
                                        !field.getKey().equals("role")
                                                && (hasText(field.getValue())
                                                        || !field.getValue().isEmpty()));
    }

    private static boolean hasText(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty();
    }

    boolean isFinished() {
        return choice.path(FINISH_REASON).isString();
    }

    ObjectNode toJson() {
        for (String key : choice.propertyNames().toArray(String[]::new)) {
            switch (key) {
                case "message" -> choice.set(key, message.toJson());
                case LOGPROBS -> {
                    if (!logprobs.isEmpty()) {
                        choice.set(key, logprobs.toJson());
                    }
                }
                case "text" -> choice.put(key, text.toString());
                default -> {}
            }
        }
        return choice;
    }
}
