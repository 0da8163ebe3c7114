package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.wire.json.DeclaredCharset;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.json.LenientJson;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.wire.sse.SseParser;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Assembles the answer of one streamed call while its bytes arrive. Used by one thread.
 *
 * <pre>
 *   BEFORE_CONTENT ──first content──► IN_CONTENT
 *         │                               │
 *         └──────── end mark, error, limit ──────► ENDED
 * </pre>
 *
 * <p>An answer is complete by its signs: an end mark, or values that its API reports only at the
 * end. A stream that is cut before these signs is {@link AssembledAnswer.Incomplete}. An answer
 * that cannot be assembled is still read to its end, for its usage.
 */
public final class StreamedAnswer {
    private static final String ERROR = "error";

    /**
     * End marks that are not JSON, without brackets and quotes; also names of events that mark the
     * end.
     */
    private static final Set<String> DONE = Set.of("done", "end");

    /** Keys of an event that possibly reports an error, in the words of some provider. */
    private static final Set<String> OF_ERRORS =
            Set.of(
                    "code",
                    "detail",
                    "errors",
                    "error_code",
                    "error_msg",
                    "message",
                    "msg",
                    "base_resp");

    private final StreamLimits limits;
    private final StreamListener listener;
    private final SseParser parser;
    private final HeldSize held;
    private final EventAssembler assembler;
    private StreamProgress progress = StreamProgress.BEFORE_CONTENT;
    private boolean isIrregular;
    private boolean isAtEnd;
    private @Nullable String broken;

    /** The first event outside the answer, which is possibly an error. */
    private @Nullable JsonNode possibleError;

    private @Nullable AssembledAnswer outcome;

    /**
     * Creates an answer without a listener for its events.
     *
     * @throws IllegalArgumentException for {@code /v1/embeddings}, which is never streamed
     */
    public StreamedAnswer(ExpectedAnswer expected, StreamLimits limits) {
        this(expected, limits, _ -> {});
    }

    /** Creates an answer without a declared charset. */
    public StreamedAnswer(ExpectedAnswer expected, StreamLimits limits, StreamListener listener) {
        this(expected, limits, DeclaredCharset.NONE, listener);
    }

    /**
     * Creates an answer.
     *
     * @param listener receives the events of the answer, until one reports an error or cannot be
     *     read
     * @throws IllegalArgumentException for {@code /v1/embeddings}, which is never streamed
     */
    public StreamedAnswer(
            ExpectedAnswer expected,
            StreamLimits limits,
            DeclaredCharset charset,
            StreamListener listener) {
        this.limits = limits;
        this.listener = listener;
        parser = new SseParser(limits.maxLineBytes(), limits.maxEventBytes(), charset);
        held = new HeldSize(limits.maxBodyBytes());
        assembler = EventAssembler.of(expected, held);
    }

    /**
     * Adds bytes of the response's body and returns the progress after them. The time to the first
     * token ends with the first call that returns something other than {@link
     * StreamProgress#BEFORE_CONTENT}.
     */
    public StreamProgress accept(byte[] bytes, int offset, int length) {
        if (outcome == null) {
            acceptAll(parser.feed(bytes, offset, length));
            if (outcome == null && parser.isOverLimit()) {
                end(tooLarge("a line, an event or the comments of the stream"));
            }
        }
        return progress;
    }

    /**
     * Returns how much of the stream is held in memory: the characters of the unfinished answer and
     * the bytes of an unfinished event.
     */
    public long heldSize() {
        return held.characters() + parser.heldBytes();
    }

    /** Returns the outcome after the last bytes. */
    public AssembledAnswer finish() {
        if (outcome == null) {
            isAtEnd = true;
            acceptAll(parser.end());
        }
        return outcome == null ? cut() : outcome;
    }

    private AssembledAnswer cut() {
        if (broken != null || assembler.isComplete()) {
            return assembled();
        }
        return possibleError == null
                ? new AssembledAnswer.Incomplete(assembler.missing(), partial())
                : new AssembledAnswer.Failed(JsonTree.bytes(possibleError), partial());
    }

    private void acceptAll(List<SseEvent> events) {
        for (SseEvent event : events) {
            if (outcome == null) {
                accept(event);
            }
        }
    }

    private void accept(SseEvent event) {
        byte[] data = LenientJson.trimmed(event.data());
        if (data.length == 0) {
            return;
        }
        Optional<JsonNode> json = JsonTree.parse(data).or(() -> LenientJson.tree(data));
        if (json.isPresent() && json.get() instanceof ObjectNode object) {
            EventStep step = apply(read(event.name(), object));
            report(step, new SseEvent(assembler.name(object), event.data()));
        } else if (json.isPresent() && json.get().isArray()) {
            acceptItems(event.name(), json.get());
        } else if (json.isEmpty() && isJsonStart(data[0]) && !isDone(event)) {
            acceptPieces(event.name(), data);
        } else {
            acceptText(event);
        }
    }

    private static boolean isJsonStart(byte first) {
        return first == '{' || first == '[';
    }

    private EventStep read(String name, ObjectNode data) {
        if (isError(name, data)) {
            return failed(data);
        }
        if (isDone(name) && data.isEmpty()) {
            return assembler.acceptDone();
        }
        EventStep step = assembler.accept(name, data);
        if (step instanceof EventStep.Foreign) {
            rememberError(data);
        }
        return step;
    }

    private EventStep apply(EventStep step) {
        switch (step) {
            case EventStep.Accepted accepted -> onAccepted(accepted);
            case EventStep.Foreign _ -> {}
            case EventStep.Broken(String reason) -> {
                broken = broken == null ? reason : broken;
                markIrregular();
            }
            case EventStep.Failed(byte[] errorBody) ->
                    end(new AssembledAnswer.Failed(errorBody, partial()));
            case EventStep.Ended _ -> end(assembled());
        }
        return step;
    }

    private void onAccepted(EventStep.Accepted accepted) {
        if (accepted.hasContent() && progress == StreamProgress.BEFORE_CONTENT) {
            progress = StreamProgress.IN_CONTENT;
        }
        if (!accepted.isRegular()) {
            markIrregular();
        }
        if (held.isOverLimit()) {
            end(tooLarge("the answer"));
        }
    }

    /** Adds the items of an array: Gemini's error, or several events at once. */
    private void acceptItems(String name, JsonNode items) {
        if (isError(name, items)) {
            apply(failed(items));
            return;
        }
        markIrregular();
        items.forEach(item -> acceptItem(name, item));
    }

    private void acceptItem(String name, JsonNode item) {
        if (outcome == null && item instanceof ObjectNode object) {
            apply(read(name, object));
        }
    }

    /** Adds an event whose data has several values, or something besides its value. */
    private void acceptPieces(String name, byte[] data) {
        var objects = LenientJson.objects(data, limits.maxEventBytes());
        if (!objects.areWhole()) {
            // An event that the end of the stream cuts off was never sent as a whole.
            apply(
                    isAtEnd
                            ? EventStep.FOREIGN
                            : new EventStep.Broken("the data of an event is not JSON"));
            return;
        }
        markIrregular();
        for (byte[] object : objects.values()) {
            LenientJson.tree(object).ifPresent(it -> acceptItem(name, it));
        }
        if (outcome == null && objects.rest().contains("[DONE]")) {
            apply(assembler.acceptDone());
        }
    }

    /** Adds an event whose data is no JSON: an end mark, an error, or data outside the answer. */
    private void acceptText(SseEvent event) {
        if (isDone(event)) {
            EventStep step = apply(assembler.acceptDone());
            if (assembler.endsWithDone()) {
                report(step, event);
            }
        } else if (event.name().equals(ERROR)) {
            ObjectNode error = JsonTree.object();
            error.put(ERROR, new String(event.data(), UTF_8));
            apply(failed(error));
        }
    }

    private static boolean isDone(SseEvent event) {
        return isDone(event.name())
                || isDone(new String(event.data(), UTF_8).replaceAll("[\\[\\]\"\\s\0]", ""));
    }

    private static boolean isDone(String text) {
        return DONE.contains(text.toLowerCase(Locale.ROOT));
    }

    /** An error after the whole answer does not affect the answer. */
    private EventStep failed(JsonNode error) {
        if (broken == null && assembler.isComplete()) {
            end(assembled());
            return EventStep.FOREIGN;
        }
        return new EventStep.Failed(JsonTree.bytes(error));
    }

    /**
     * Returns true if an event reports an error: by its name, by a {@code type} or {@code object}
     * that is {@code error} (Anthropic, OpenAI's responses, vLLM), by an {@code error} in its data
     * (OpenAI, OpenRouter), or as an array of such objects (Gemini).
     */
    private static boolean isError(String name, JsonNode data) {
        JsonNode reported = data.isArray() && !data.isEmpty() ? data.get(0) : data;
        return name.equals(ERROR)
                || isErrorText(reported.path("type"))
                || isErrorText(reported.path("object"))
                || !isBlank(reported.path(ERROR));
    }

    private static boolean isErrorText(JsonNode value) {
        return value.isString() && value.stringValue().equals(ERROR);
    }

    /** Some servers send an empty error with each chunk; a code of 0 means no error. */
    private static boolean isBlank(JsonNode value) {
        return value.isNull()
                || value.isMissingNode()
                || (value.isBoolean() && !value.booleanValue())
                || (value.isNumber() && value.asDouble() == 0)
                || (value.isString() && value.stringValue().isBlank())
                || (value.isContainer() && value.valueStream().allMatch(StreamedAnswer::isBlank));
    }

    private void rememberError(ObjectNode data) {
        boolean mayBeError = OF_ERRORS.stream().anyMatch(it -> !isBlank(data.path(it)));
        if (possibleError == null && mayBeError) {
            possibleError = data;
        }
    }

    private void report(EventStep step, SseEvent event) {
        boolean isOfAnswer =
                step instanceof EventStep.Accepted
                        || (step instanceof EventStep.Ended
                                && outcome instanceof AssembledAnswer.Complete);
        if (isOfAnswer && !isIrregular && !(outcome instanceof AssembledAnswer.TooLarge)) {
            listener.onEvent(event);
        }
    }

    private void markIrregular() {
        if (!isIrregular) {
            isIrregular = true;
            listener.onIrregular();
        }
    }

    /** Returns the answer that is complete, or why there is none. */
    private AssembledAnswer assembled() {
        if (broken != null) {
            return new AssembledAnswer.Malformed(broken, partial());
        }
        return switch (assembler.body()) {
            case EventAssembler.Body.Usable(ObjectNode json) -> {
                byte[] body = JsonTree.bytes(json);
                yield body.length > limits.maxBodyBytes()
                        ? tooLarge("the answer")
                        : new AssembledAnswer.Complete(body);
            }
            case EventAssembler.Body.Unusable(String reason) -> unusable(reason);
        };
    }

    private AssembledAnswer unusable(String reason) {
        return possibleError == null
                ? new AssembledAnswer.Malformed(reason, partial())
                : new AssembledAnswer.Failed(JsonTree.bytes(possibleError), partial());
    }

    private AssembledAnswer.TooLarge tooLarge(String what) {
        return new AssembledAnswer.TooLarge(what, partial());
    }

    private PartialAnswer partial() {
        return new PartialAnswer(
                progress != StreamProgress.BEFORE_CONTENT,
                assembler.usage().map(JsonTree::text).orElse(""));
    }

    private void end(AssembledAnswer decided) {
        outcome = decided;
        progress = StreamProgress.ENDED;
    }
}
