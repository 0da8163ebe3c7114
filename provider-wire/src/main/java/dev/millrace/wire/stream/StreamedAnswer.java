package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.sse.SseEvent;
import dev.millrace.wire.sse.SseParser;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of one streamed call, assembled while its bytes arrive. Used by one thread.
 *
 * <pre>
 *   BEFORE_CONTENT ──first content──► IN_CONTENT
 *         │                               │
 *         └────── end marker, error, broken rule, limit ──────► ENDED
 * </pre>
 *
 * <p>A stream that is cut anywhere is {@link AssembledAnswer.Incomplete}: an answer is assembled
 * only after the end marker, and only if nothing before it was broken.
 */
public final class StreamedAnswer {
    private static final String DONE = "[DONE]";
    private static final String ERROR = "error";

    private final StreamLimits limits;
    private final Consumer<SseEvent> listener;
    private final SseParser parser;
    private final HeldSize held;
    private final EventAssembler assembler;
    private StreamProgress progress = StreamProgress.BEFORE_CONTENT;
    private @Nullable AssembledAnswer outcome;

    /**
     * Creates an answer whose events nobody follows.
     *
     * @param endpoint the endpoint that was called
     * @throws IllegalArgumentException for {@code /v1/embeddings}, which is never streamed
     */
    public StreamedAnswer(Endpoint endpoint, StreamLimits limits) {
        this(endpoint, limits, _ -> {});
    }

    /**
     * Creates an answer.
     *
     * @param endpoint the endpoint that was called
     * @param listener receives each event with data, end marker included, unless it reports an
     *     error or breaks the stream; must not wait
     * @throws IllegalArgumentException for {@code /v1/embeddings}, which is never streamed
     */
    public StreamedAnswer(Endpoint endpoint, StreamLimits limits, Consumer<SseEvent> listener) {
        this.limits = limits;
        this.listener = listener;
        parser = new SseParser(limits.maxLineBytes(), limits.maxEventBytes());
        held = new HeldSize(limits.maxBodyBytes());
        assembler = EventAssembler.of(endpoint, held);
    }

    /**
     * Adds bytes of the response's body and returns the progress after them. The time to the first
     * token ends with the call that first returns something else than {@link
     * StreamProgress#BEFORE_CONTENT}.
     */
    public StreamProgress accept(byte[] bytes, int offset, int length) {
        if (outcome != null) {
            return progress;
        }
        for (SseEvent event : parser.feed(bytes, offset, length)) {
            accept(event);
            if (outcome != null) {
                return progress;
            }
        }
        if (parser.isOverLimit()) {
            end(new AssembledAnswer.TooLarge("a line, an event or the comments of the stream"));
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

    /** Returns the outcome, given that no more bytes will come. */
    public AssembledAnswer finish() {
        return outcome == null ? new AssembledAnswer.Incomplete(assembler.missing()) : outcome;
    }

    private void accept(SseEvent event) {
        String text = new String(event.data(), UTF_8).strip();
        if (text.isEmpty()) {
            return;
        }
        take(read(event, text));
        if (outcome == null || outcome instanceof AssembledAnswer.Complete) {
            listener.accept(event);
        }
    }

    private EventStep read(SseEvent event, String text) {
        if (text.equals(DONE)) {
            return assembler.acceptDone();
        }
        Optional<JsonNode> data = JsonTree.parse(event.data());
        if (data.isEmpty()) {
            return EventStep.malformed("the data of an event is not JSON");
        }
        if (isError(event.name(), data.get())) {
            return EventStep.failed(data.get());
        }
        return data.get() instanceof ObjectNode object
                ? assembler.accept(object)
                : EventStep.malformed("the data of an event is not an object");
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
                || reported.hasNonNull(ERROR);
    }

    private static boolean isErrorText(JsonNode value) {
        return value.isString() && value.stringValue().equals(ERROR);
    }

    private void take(EventStep step) {
        switch (step) {
            case EventStep.Ended ended -> end(ended.outcome());
            case EventStep.Accepted accepted -> {
                if (accepted.hasContent() && progress == StreamProgress.BEFORE_CONTENT) {
                    progress = StreamProgress.IN_CONTENT;
                }
                if (held.isOverLimit()) {
                    end(new AssembledAnswer.TooLarge("the answer"));
                }
            }
        }
    }

    private void end(AssembledAnswer decided) {
        boolean isTooLong =
                decided instanceof AssembledAnswer.Complete complete
                        && complete.body().length > limits.maxBodyBytes();
        outcome = isTooLong ? new AssembledAnswer.TooLarge("the answer") : decided;
        progress = StreamProgress.ENDED;
    }
}
