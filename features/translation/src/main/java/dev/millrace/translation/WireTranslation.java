package dev.millrace.translation;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.ObjectKeys;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.translation.chat.ChatRequest;
import dev.millrace.translation.chat.MessagesAnswer;
import dev.millrace.translation.field.Findings;
import dev.millrace.translation.messages.ChatAnswer;
import dev.millrace.translation.messages.MessagesRequest;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The translations between chat completions and messages, in both directions. */
public enum WireTranslation implements Translation {
    CHAT_TO_MESSAGES,
    MESSAGES_TO_CHAT;

    /** For planning: whether a body can be translated does not depend on the model. */
    private static final Target ANY_MODEL = new Target("", "max_tokens", 1, Optional.empty());

    /**
     * Maximum number of JSON tokens of a request. It bounds a tree's memory beside its texts to
     * about 50 MB; a body of 16 MiB could have millions of values of one byte.
     */
    private static final int MAX_TOKENS = 1_000_000;

    @Override
    public Endpoint job() {
        return switch (this) {
            case CHAT_TO_MESSAGES -> Endpoint.CHAT_COMPLETIONS;
            case MESSAGES_TO_CHAT -> Endpoint.MESSAGES;
        };
    }

    @Override
    public Endpoint called() {
        return switch (this) {
            case CHAT_TO_MESSAGES -> Endpoint.MESSAGES;
            case MESSAGES_TO_CHAT -> Endpoint.CHAT_COMPLETIONS;
        };
    }

    @Override
    public Preview preview(RequestLine line) {
        var findings = new Findings();
        ObjectNode translated = translate(line.bytes(), line.body(), ANY_MODEL, findings);
        return new Preview(findings.refused(), keys(translated));
    }

    private static Set<String> keys(ObjectNode body) {
        return body.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .<String>mapMulti(
                        (field, out) -> {
                            out.accept(field.getKey());
                            nonNullKeys(field.getValue())
                                    .map(key -> ObjectKeys.nested(field.getKey(), key))
                                    .forEach(out);
                        })
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> nonNullKeys(JsonNode value) {
        return value.properties().stream()
                .filter(field -> !field.getValue().isNull())
                .map(Map.Entry::getKey);
    }

    @Override
    public Request request(byte[] bytes, Span body, Target target) {
        var findings = new Findings();
        ObjectNode translated = translate(bytes, body, target, findings);
        return findings.refused().isEmpty()
                ? new Request.Translated(JsonTree.bytes(translated), findings.omitted())
                : new Request.Refused(findings.refused());
    }

    private ObjectNode translate(byte[] bytes, Span body, Target target, Findings findings) {
        if (JsonTree.hasMoreTokens(bytes, body.start(), body.length(), MAX_TOKENS)) {
            findings.refuse("body", "must not have more than 1,000,000 names and values");
            return JsonTree.object();
        }
        Optional<ObjectNode> parsed = JsonTree.parseObject(bytes, body.start(), body.length());
        if (parsed.isEmpty()) {
            // The parser of the record accepts only these two among the bodies that make no tree.
            findings.refuse(
                    "body", "must not hold a key twice, or a number whose exponent is too large");
            return JsonTree.object();
        }
        return switch (this) {
            case CHAT_TO_MESSAGES -> ChatRequest.translate(parsed.get(), target, findings);
            case MESSAGES_TO_CHAT -> MessagesRequest.translate(parsed.get(), target, findings);
        };
    }

    @Override
    public Answer answer(byte[] body, Optional<TokenUsage> usage, Instant received) {
        Optional<ObjectNode> parsed = JsonTree.parseObject(body, 0, body.length);
        if (parsed.isEmpty()) {
            return new Answer.Unusable("it is not a JSON object");
        }
        var findings = new Findings();
        ObjectNode translated =
                switch (this) {
                    case CHAT_TO_MESSAGES ->
                            MessagesAnswer.translate(parsed.get(), usage, received, findings);
                    case MESSAGES_TO_CHAT -> ChatAnswer.translate(parsed.get(), usage, findings);
                };
        return findings.refused().isEmpty()
                ? new Answer.Translated(JsonTree.bytes(translated), findings.omitted())
                : new Answer.Unusable(
                        findings.refused().stream()
                                .map(UntranslatableField::message)
                                .collect(Collectors.joining("; ")));
    }

    @Override
    public Optional<byte[]> error(int status, byte[] body) {
        return JsonTree.parse(body)
                .flatMap(
                        error ->
                                switch (this) {
                                    case CHAT_TO_MESSAGES ->
                                            ErrorBodies.messagesToChat(status, error);
                                    case MESSAGES_TO_CHAT ->
                                            ErrorBodies.chatToMessages(status, error);
                                })
                .map(JsonTree::bytes);
    }
}
