package dev.millrace.simulator.wire;

import dev.millrace.simulator.answer.Answer;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** How answers look on the wire, whole and as a stream. */
public final class AnswerWire {
    private AnswerWire() {}

    /** The body of an answer that is not streamed. */
    public static ObjectNode whole(Answer answer, CallId id) {
        return switch (answer.operation()) {
            case CHAT_COMPLETIONS -> ChatWire.whole(answer, id);
            case COMPLETIONS -> CompletionsWire.whole(answer, id);
            case RESPONSES -> ResponsesWire.whole(answer, id);
            case EMBEDDINGS -> EmbeddingsWire.whole(answer);
            case MESSAGES -> MessagesWire.whole(answer, id);
        };
    }

    /** Whether the answer comes as events; embeddings never do. */
    public static boolean isStream(Answer answer) {
        return answer.delivery().stream() && answer.embeddings().isEmpty();
    }

    /** The events of an answer that is streamed, at least two. */
    public static List<SseEvent> stream(Answer answer, CallId id) {
        return switch (answer.operation()) {
            case CHAT_COMPLETIONS -> ChatWire.stream(answer, id);
            case COMPLETIONS -> CompletionsWire.stream(answer, id);
            case RESPONSES -> ResponsesWire.stream(answer, id);
            case MESSAGES -> MessagesWire.stream(answer, id);
            case EMBEDDINGS -> throw new IllegalArgumentException("embeddings are not streamed");
        };
    }
}
