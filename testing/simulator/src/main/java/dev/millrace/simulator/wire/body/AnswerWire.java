package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Formats answers for the wire, as one body or as a stream of events. */
public final class AnswerWire {
    private AnswerWire() {}

    /** Returns the body of an answer that is not streamed. */
    public static ObjectNode body(Answer answer, CallId id) {
        return switch (answer.operation()) {
            case CHAT_COMPLETIONS -> ChatWire.body(answer, id);
            case COMPLETIONS -> CompletionsWire.body(answer, id);
            case RESPONSES -> ResponsesWire.body(answer, id);
            case EMBEDDINGS -> EmbeddingsWire.body(answer);
            case MESSAGES -> MessagesWire.body(answer, id);
        };
    }

    /** Returns true when the answer is sent as events; embeddings never are. */
    public static boolean isStreamed(Answer answer) {
        return answer.delivery().stream() && answer.embeddings().isEmpty();
    }

    /** Returns the events of a streamed answer, at least two. */
    public static List<SimulatedEvent> events(Answer answer, CallId id) {
        return switch (answer.operation()) {
            case CHAT_COMPLETIONS -> ChatWire.events(answer, id);
            case COMPLETIONS -> CompletionsWire.events(answer, id);
            case RESPONSES -> ResponsesWire.events(answer, id);
            case MESSAGES -> MessagesWire.events(answer, id);
            case EMBEDDINGS -> throw new IllegalArgumentException("embeddings are not streamed");
        };
    }

    /** Returns the first half of the events, followed by an error event; at least two events. */
    public static List<SimulatedEvent> eventsUntilError(Answer answer, CallId id) {
        List<SimulatedEvent> events = events(answer, id);
        List<SimulatedEvent> cut = new ArrayList<>(events.subList(0, events.size() / 2));
        cut.add(ErrorEvent.of(answer.operation(), answer.model(), id, cut.size()));
        return cut;
    }
}
