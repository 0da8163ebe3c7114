package dev.millrace.simulator.wire.body;

import dev.millrace.simulator.answer.Answer;
import dev.millrace.simulator.answer.Choice;
import dev.millrace.simulator.wire.CallId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Formats OpenAI chat completions. */
final class ChatWire {
    static final SseEvent DONE = new SseEvent(null, "[DONE]");

    private ChatWire() {}

    static ObjectNode body(Answer answer, CallId id) {
        ObjectNode body = head(answer, id, "chat.completion");
        ArrayNode choices = body.putArray("choices");
        for (int i = 0; i < answer.choices().size(); i++) {
            Choice choice = answer.choices().get(i);
            ObjectNode node = choices.addObject().put("index", i);
            ObjectNode message = node.putObject("message").put("role", "assistant");
            message.put("content", choice.text()).putNull("refusal");
            message.putArray("annotations");
            node.putNull("logprobs").put("finish_reason", finish(choice));
        }
        body.set("usage", OpenAiUsage.of(answer.usage()));
        return withService(body);
    }

    static List<SseEvent> events(Answer answer, CallId id) {
        List<SseEvent> events = new ArrayList<>();
        for (int i = 0; i < answer.choices().size(); i++) {
            Choice choice = answer.choices().get(i);
            events.add(
                    chunk(
                            answer,
                            id,
                            i,
                            delta().put("role", "assistant").put("content", "").putNull("refusal"),
                            null));
            for (String piece : TextChunks.of(choice.text())) {
                events.add(chunk(answer, id, i, delta().put("content", piece), null));
            }
            events.add(chunk(answer, id, i, delta(), finish(choice)));
        }
        if (answer.delivery().includeUsage()) {
            ObjectNode last = chunk(answer, id);
            last.putArray("choices");
            last.set("usage", OpenAiUsage.of(answer.usage()));
            events.add(SseEvent.of(last));
        }
        events.add(DONE);
        return events;
    }

    static String finish(Choice choice) {
        return choice.finish().name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode delta() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static SseEvent chunk(
            Answer answer, CallId id, int index, ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = chunk(answer, id);
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        if (answer.delivery().includeUsage()) {
            chunk.putNull("usage");
        }
        return SseEvent.of(chunk);
    }

    private static ObjectNode chunk(Answer answer, CallId id) {
        return withService(head(answer, id, "chat.completion.chunk"));
    }

    private static ObjectNode withService(ObjectNode body) {
        return body.put("service_tier", "default").put("system_fingerprint", "fp_simulator");
    }

    private static ObjectNode head(Answer answer, CallId id, String object) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id.of("chatcmpl-"))
                .put("object", object)
                .put("created", id.epochSecond())
                .put("model", answer.model());
    }
}
