package dev.millrace.wire.translate;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.json.ObjectKeys;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.chat.ChatRequest;
import dev.millrace.wire.translate.chat.MessagesAnswer;
import dev.millrace.wire.translate.field.Findings;
import dev.millrace.wire.translate.messages.ChatAnswer;
import dev.millrace.wire.translate.messages.MessagesRequest;
import dev.millrace.wire.translate.outcome.AnswerTranslation;
import dev.millrace.wire.translate.outcome.RequestTranslation;
import dev.millrace.wire.translate.outcome.TranslationPreview;
import dev.millrace.wire.translate.outcome.UntranslatableField;
import dev.millrace.wire.translate.outcome.UpstreamTarget;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A translatable pair of endpoints: the job's endpoint, and the endpoint called for it. */
public enum Translation {
    CHAT_TO_MESSAGES,
    MESSAGES_TO_CHAT;

    /** For planning: whether a body can be translated does not depend on the model. */
    private static final UpstreamTarget ANY_MODEL =
            new UpstreamTarget("", "max_tokens", 1, Optional.empty());

    /**
     * Maximum number of JSON tokens of a request. It bounds a tree's memory beside its texts to
     * about 50 MB; a body of 16 MiB could have millions of values of one byte.
     */
    private static final int MAX_TOKENS = 1_000_000;

    /**
     * Returns how jobs of an endpoint reach a provider that does not offer the endpoint; empty if
     * the provider offers it, or if the jobs cannot reach the provider.
     *
     * @param offered the endpoints that the provider offers
     */
    public static Optional<Translation> of(Endpoint job, Set<Endpoint> offered) {
        if (offered.contains(job)) {
            return Optional.empty();
        }
        return Arrays.stream(values())
                .filter(it -> it.job() == job && offered.contains(it.called()))
                .findFirst();
    }

    public Endpoint job() {
        return switch (this) {
            case CHAT_TO_MESSAGES -> Endpoint.CHAT_COMPLETIONS;
            case MESSAGES_TO_CHAT -> Endpoint.MESSAGES;
        };
    }

    /** Returns the endpoint to call. */
    public Endpoint called() {
        return switch (this) {
            case CHAT_TO_MESSAGES -> Endpoint.MESSAGES;
            case MESSAGES_TO_CHAT -> Endpoint.CHAT_COMPLETIONS;
        };
    }

    /**
     * Translates the line's body for planning, for any model. Reads the whole body into a tree, so
     * call it once per job, and only if a model of the other wire is considered.
     */
    public TranslationPreview preview(RequestLine line) {
        var findings = new Findings();
        ObjectNode translated = translate(line.bytes(), line.body(), ANY_MODEL, findings);
        return new TranslationPreview(findings.refused(), keys(translated));
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

    /**
     * Translates a request.
     *
     * @param bytes the whole record
     * @param body range of the body within it
     */
    public RequestTranslation request(byte[] bytes, Span body, UpstreamTarget target) {
        var findings = new Findings();
        ObjectNode translated = translate(bytes, body, target, findings);
        return findings.refused().isEmpty()
                ? new RequestTranslation.Translated(JsonTree.bytes(translated), findings.omitted())
                : new RequestTranslation.Refused(findings.refused());
    }

    private ObjectNode translate(
            byte[] bytes, Span body, UpstreamTarget target, Findings findings) {
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

    /**
     * Translates the body of a 200 response from the called endpoint into a body of the job's
     * endpoint.
     *
     * @param usage the tokens as read from the body; empty if it does not report them. The
     *     translated body reports exactly these
     * @param received when the answer arrived
     */
    public AnswerTranslation answer(byte[] body, Optional<TokenUsage> usage, Instant received) {
        Optional<ObjectNode> parsed = JsonTree.parseObject(body, 0, body.length);
        if (parsed.isEmpty()) {
            return new AnswerTranslation.Unusable("it is not a JSON object");
        }
        var findings = new Findings();
        ObjectNode translated =
                switch (this) {
                    case CHAT_TO_MESSAGES ->
                            MessagesAnswer.translate(parsed.get(), usage, received, findings);
                    case MESSAGES_TO_CHAT -> ChatAnswer.translate(parsed.get(), usage, findings);
                };
        return findings.refused().isEmpty()
                ? new AnswerTranslation.Translated(JsonTree.bytes(translated), findings.omitted())
                : new AnswerTranslation.Unusable(
                        findings.refused().stream()
                                .map(UntranslatableField::message)
                                .collect(Collectors.joining("; ")));
    }

    /**
     * Translates the body of an error from the called endpoint into a body of the job's endpoint;
     * empty if the body has no known form, and stays unchanged.
     *
     * @param status the HTTP status of the error
     */
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
