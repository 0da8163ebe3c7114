package dev.millrace.wire.stream;

import dev.millrace.contracts.job.AnswerForm;
import dev.millrace.wire.json.JsonTree;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** One choice of a streamed completion. Used by one thread. */
final class StreamedChoice {
    static final String INDEX = "index";

    private static final String LOGPROBS = "logprobs";
    private static final String DELTA = "delta";
    private static final String MESSAGE = "message";
    private static final String ROLE = "role";

    /** Reasons of a choice that has not ended. */
    private static final Set<String> NO_REASON = Set.of("", "null", "none");

    private final String textKey;
    private final String endKey;
    private final HeldSize held;
    private final ObjectNode choice = JsonTree.object();
    private final MergedFields message;
    private final MergedFields logprobs;
    private final StreamedText text = new StreamedText();
    private boolean hasContent;
    private boolean hasContentInDeltas;

    /** Creates a choice that has not begun. */
    StreamedChoice(int number, AnswerForm form, HeldSize held) {
        textKey = form.textKey();
        endKey = form.endKey();
        this.held = held;
        choice.put(INDEX, number);
        message = new MergedFields(held);
        logprobs = new MergedFields(held);
    }

    /** Adds a piece. */
    EventStep accept(ObjectNode piece) {
        boolean isLast = isReason(piece.path(endKey));
        boolean isRegular = true;
        for (Map.Entry<String, JsonNode> field : piece.properties()) {
            String key = field.getKey();
            JsonNode value = field.getValue();
            switch (key) {
                case DELTA -> {
                    JsonNode news = isLast ? message.withoutRepeats(value) : value;
                    isRegular &= news.size() == value.size();
                    String problem = mergeInto(message, MESSAGE, news);
                    if (!problem.isEmpty()) {
                        return new EventStep.Broken(problem);
                    }
                }
                case INDEX -> {}
                case LOGPROBS -> mergeInto(logprobs, LOGPROBS, value);
                case String it when it.equals(textKey) -> isRegular &= appendText(value, isLast);
                case String it when it.equals(endKey) ->
                        MergedFields.replace(
                                choice, key, isReason(value) ? value : NullNode.instance, held);
                default -> MergedFields.replace(choice, key, value, held);
            }
        }
        boolean isContentInDelta = hasText(piece.path(textKey)) || hasContent(piece.path(DELTA));
        boolean isContent = isContentInDelta || hasContent(piece.path(MESSAGE));
        hasContentInDeltas |= isContentInDelta;
        hasContent |= isContent;
        return new EventStep.Accepted(isContent, isRegular);
    }

    /** Keeps the place of a merged object among the fields; its value is added at the end. */
    private String mergeInto(MergedFields merged, String place, JsonNode value) {
        if (!choice.has(place)) {
            choice.putNull(place);
        }
        return value instanceof ObjectNode object ? merged.add(object).orElse("") : "";
    }

    /** Returns false if the last piece repeats the whole text. */
    private boolean appendText(JsonNode value, boolean isLast) {
        String piece = value.asString("");
        boolean isRepeat = isLast && text.isRepeatedBy(piece);
        if (!isRepeat) {
            held.add(piece);
            text.add(piece);
        }
        choice.putNull(textKey);
        return !isRepeat;
    }

    /** Returns true for text of any kind and for tool calls, but not for a role. */
    private static boolean hasContent(JsonNode message) {
        return message.properties().stream()
                .anyMatch(
                        field ->
                                !field.getKey().equals(ROLE)
                                        && (hasText(field.getValue())
                                                || !field.getValue().isEmpty()));
    }

    private static boolean hasText(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty();
    }

    /** Returns true if any content arrived. */
    boolean hasContent() {
        return hasContent;
    }

    /**
     * Some servers send an empty reason with each piece, also after the last one. SGLang's reason
     * of an aborted answer is an object.
     */
    private static boolean isReason(JsonNode value) {
        String reason = value.path("type").asString(value.asString(""));
        return (value.isString() || value.isObject())
                && !NO_REASON.contains(reason.strip().toLowerCase(Locale.ROOT));
    }

    /** Returns true if the choice has a finish reason. */
    boolean isFinished() {
        return isReason(choice.path(endKey));
    }

    /** Returns the usage of a server that reports it within the choice; missing otherwise. */
    JsonNode usage() {
        return choice.path("usage");
    }

    /** Returns the choice as the unstreamed answer would have it. */
    ObjectNode toJson() {
        for (String key : choice.propertyNames().toArray(String[]::new)) {
            switch (key) {
                case MESSAGE -> choice.set(key, wholeMessage());
                case LOGPROBS -> {
                    if (!logprobs.isEmpty()) {
                        choice.set(key, logprobs.toJson());
                    }
                }
                case String it when it.equals(textKey) -> choice.put(key, text.toString());
                default -> {}
            }
        }
        return choice;
    }

    /** Some servers send the whole message, alone or beside its pieces. */
    private ObjectNode wholeMessage() {
        ObjectNode whole =
                !hasContentInDeltas && choice.path(MESSAGE) instanceof ObjectNode given
                        ? given
                        : message.toJson();
        if (whole.path(ROLE).asString("-").isBlank()) {
            whole.put(ROLE, "assistant");
        }
        return whole;
    }
}
