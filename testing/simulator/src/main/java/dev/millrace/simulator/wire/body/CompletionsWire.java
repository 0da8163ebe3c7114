package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.content.Choice;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats OpenAI completions. */
final class CompletionsWire {
    private CompletionsWire() {}

    static ObjectNode body(Answer answer, CallId id) {
        ObjectNode body = head(answer, id);
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < answer.choices().size(); i++) {
            Choice choice = answer.choices().get(i);
            fill(choices.addObject(), choice.text(), i, ChatWire.finish(choice));
        }
        body.set("usage", OpenAiUsage.of(answer.usage()));
        return body;
    }

    static List<SimulatedEvent> events(Answer answer, CallId id) {
        List<SimulatedEvent> events = new ArrayList<>();
        for (int i = 0; i < answer.choices().size(); i++) {
            Choice choice = answer.choices().get(i);
            for (String piece : TextChunks.of(choice.text())) {
                events.add(chunk(answer, id, i, piece, null));
            }
            events.add(chunk(answer, id, i, "", ChatWire.finish(choice)));
        }
        if (answer.delivery().includeUsage()) {
            ObjectNode last = head(answer, id);
            last.putArray("choices");
            last.set("usage", OpenAiUsage.of(answer.usage()));
            events.add(SimulatedEvent.of(last));
        }
        events.add(ChatWire.DONE);
        return events;
    }

    private static SimulatedEvent chunk(
            Answer answer, CallId id, int index, String text, @Nullable String finish) {
        ObjectNode chunk = head(answer, id);
        fill(chunk.putArray("choices").addObject(), text, index, finish);
        if (answer.delivery().includeUsage()) {
            chunk.putNull("usage");
        }
        return SimulatedEvent.of(chunk);
    }

    private static void fill(ObjectNode choice, String text, int index, @Nullable String finish) {
        choice.put("text", text)
                .put("index", index)
                .putNull("logprobs")
                .put("finish_reason", finish);
    }

    private static ObjectNode head(Answer answer, CallId id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id.of("cmpl-"))
                .put("object", "text_completion")
                .put("created", id.epochSecond())
                .put("model", answer.model());
    }
}
