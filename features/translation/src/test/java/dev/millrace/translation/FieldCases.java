package dev.millrace.translation;

import dev.millrace.contracts.job.Span;
import dev.millrace.translation.chat.ChatRequestTable;
import dev.millrace.translation.chat.MessagesAnswerTable;
import dev.millrace.translation.field.FieldTable;
import dev.millrace.translation.field.Handling;
import dev.millrace.translation.messages.ChatAnswerTable;
import dev.millrace.translation.messages.MessagesRequestTable;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation.Answer;
import dev.millrace.wire.translate.Translation.Request;
import dev.millrace.wire.translate.Translation.Target;
import dev.millrace.wire.translate.Translation.UntranslatableField;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A table and its cases: bodies for each row, and their expected translations. */
enum FieldCases {
    CHAT_REQUEST("chat-request", WireTranslation.CHAT_TO_MESSAGES),
    MESSAGES_ANSWER("messages-answer", WireTranslation.CHAT_TO_MESSAGES),
    MESSAGES_REQUEST("messages-request", WireTranslation.MESSAGES_TO_CHAT),
    CHAT_ANSWER("chat-answer", WireTranslation.MESSAGES_TO_CHAT);

    private static final Target TARGET =
            new Target("upstream", "max_completion_tokens", 4096, Optional.empty());
    private static final Instant RECEIVED = Instant.ofEpochSecond(1_763_712_000);

    private final String file;
    private final WireTranslation translation;

    FieldCases(String file, WireTranslation translation) {
        this.file = file;
        this.translation = translation;
    }

    /**
     * The translation of a body.
     *
     * @param body the translated body; an empty object if it was refused
     * @param omitted fields that were left out and named
     * @param refused paths and reasons
     */
    record Outcome(JsonNode body, List<String> omitted, String refused) {}

    /** One body, and its expected translation. */
    record Case(String row, String name, ObjectNode body, Outcome expected) {
        @Override
        public String toString() {
            return row + ": " + name;
        }
    }

    FieldTable table() {
        return switch (this) {
            case CHAT_REQUEST -> ChatRequestTable.FIELDS;
            case MESSAGES_ANSWER -> MessagesAnswerTable.FIELDS;
            case MESSAGES_REQUEST -> MessagesRequestTable.FIELDS;
            case CHAT_ANSWER -> ChatAnswerTable.FIELDS;
        };
    }

    List<Case> cases() {
        JsonNode document = JsonResource.read("/translate/" + file + ".json");
        return StreamSupport.stream(document.path("cases").spliterator(), false)
                .map(it -> toCase(document, it))
                .toList();
    }

    private static Case toCase(JsonNode document, JsonNode it) {
        boolean isRefused = it.has("refuses");
        return new Case(
                it.path("row").asString(),
                it.path("name").asString(),
                merged(document.path("base"), it.path("with")),
                new Outcome(
                        isRefused
                                ? JsonTree.object()
                                : merged(document.path("translated"), it.path("gives")),
                        StreamSupport.stream(it.path("omits").spliterator(), false)
                                .map(JsonNode::asString)
                                .toList(),
                        it.path("refuses").asString("")));
    }

    private static ObjectNode merged(JsonNode base, JsonNode changes) {
        ObjectNode merged = (ObjectNode) base.deepCopy();
        changes.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    /** Translates a body with the real thing. */
    Outcome translate(JsonNode body) {
        byte[] bytes = JsonTree.bytes(body);
        return switch (this) {
            case CHAT_REQUEST, MESSAGES_REQUEST ->
                    outcome(translation.request(bytes, new Span(0, bytes.length), TARGET));
            case MESSAGES_ANSWER, CHAT_ANSWER ->
                    outcome(
                            translation.answer(
                                    bytes, ReportedUsage.of(translation.called(), body), RECEIVED));
        };
    }

    private static Outcome outcome(Request translation) {
        return switch (translation) {
            case Request.Translated done -> translated(done.body(), done.omitted());
            case Request.Refused refused ->
                    refused(
                            refused.fields().stream()
                                    .map(UntranslatableField::message)
                                    .collect(Collectors.joining("; ")));
        };
    }

    private static Outcome outcome(Answer translation) {
        return switch (translation) {
            case Answer.Translated done -> translated(done.body(), done.omitted());
            case Answer.Unusable unusable -> refused(unusable.reason());
        };
    }

    private static Outcome translated(byte[] body, List<String> omitted) {
        return new Outcome(JsonTree.parse(body).orElseThrow(), omitted, "");
    }

    private static Outcome refused(String reason) {
        return new Outcome(JsonTree.object(), List.of(), reason);
    }

    /** Returns the fields of a request that do not reach the provider, as the page lists them. */
    String fieldsNotSent() {
        return Stream.of(Handling.REFUSED, Handling.DEFAULT_ONLY, Handling.OMITTED)
                .map(it -> "- **%s**: %s".formatted(it.words(), paths(it)))
                .collect(Collectors.joining("\n"));
    }

    private String paths(Handling handling) {
        return table().rows().stream()
                .filter(row -> row.handling() == handling)
                .map(row -> "`" + row.path() + "`")
                .collect(Collectors.joining(", "));
    }
}
