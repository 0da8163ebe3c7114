package dev.millrace.translation;

import dev.millrace.wire.json.JsonTree;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Bodies that can be translated, in the form that a translation back gives. */
class Bodies extends DomainContextBase {
    /** A chat completions request. */
    record ChatBody(ObjectNode json) {}

    /** A messages answer. */
    record MessagesBody(ObjectNode json) {}

    @Provide
    Arbitrary<ChatBody> chatBodies() {
        return Combinators.combine(
                        conversations(),
                        tools().optional(0.5),
                        texts().list().ofMaxSize(4),
                        Arbitraries.doubles().between(0, 1).optional(0.5),
                        Arbitraries.of("low", "medium", "high", "xhigh", "max", "none")
                                .optional(0.5),
                        texts().optional(0.3),
                        Arbitraries.longs().between(1, 100_000))
                .as(
                        (messages, tools, stop, temperature, effort, user, limit) -> {
                            ObjectNode body = JsonTree.object().put("model", "m");
                            body.set("messages", messages);
                            body.put("max_completion_tokens", limit);
                            tools.ifPresent(body::setAll);
                            if (!stop.isEmpty()) {
                                ArrayNode sequences = body.putArray("stop");
                                stop.forEach(sequences::add);
                            }
                            temperature.ifPresent(it -> body.put("temperature", it));
                            effort.ifPresent(it -> body.put("reasoning_effort", it));
                            user.ifPresent(it -> body.put("user", it));
                            // Numbers as a parser gives them.
                            return new ChatBody(
                                    (ObjectNode)
                                            JsonTree.parse(JsonTree.bytes(body)).orElseThrow());
                        });
    }

    private static Arbitrary<ArrayNode> conversations() {
        return Combinators.combine(
                        texts().optional(0.5),
                        turns().list().ofMaxSize(3),
                        Arbitraries.oneOf(texts().map(Bodies::user), parts().map(Bodies::user)))
                .as(
                        (system, turns, last) -> {
                            ArrayNode messages = JsonTree.array();
                            system.ifPresent(
                                    it ->
                                            messages.addObject()
                                                    .put("role", "system")
                                                    .put("content", it));
                            for (int i = 0; i < turns.size(); i++) {
                                messages.addAll(numbered(turns.get(i).deepCopy(), i));
                            }
                            return messages.add(last);
                        });
    }

    /** Adds the number of a turn to its ids of tool calls, so that no two turns have one id. */
    private static ArrayNode numbered(ArrayNode turn, int number) {
        for (JsonNode message : turn) {
            message.path("tool_calls").forEach(call -> addNumber((ObjectNode) call, "id", number));
            addNumber((ObjectNode) message, "tool_call_id", number);
        }
        return turn;
    }

    private static void addNumber(ObjectNode object, String key, int number) {
        if (object.has(key)) {
            object.put(key, object.path(key).stringValue() + "_" + number);
        }
    }

    /** A question and its answer, which may have called tools. */
    private static Arbitrary<ArrayNode> turns() {
        return Combinators.combine(
                        texts(),
                        texts().optional(0.5),
                        ids().list().uniqueElements().ofMaxSize(3),
                        texts())
                .as(
                        (question, text, calls, result) -> {
                            ArrayNode messages = JsonTree.array().add(user(question));
                            ObjectNode answer = messages.addObject().put("role", "assistant");
                            answer.put("content", calls.isEmpty() ? result : text.orElse(null));
                            for (String id : calls) {
                                answer.withArrayProperty("tool_calls").add(call(id, result));
                            }
                            for (String id : calls) {
                                messages.addObject()
                                        .put("role", "tool")
                                        .put("content", result)
                                        .put("tool_call_id", id);
                            }
                            return messages;
                        });
    }

    private static ObjectNode call(String id, String argument) {
        ObjectNode call = JsonTree.object().put("id", id).put("type", "function");
        call.putObject("function")
                .put("name", "f")
                .put("arguments", JsonTree.text(JsonTree.object().put("a", argument)));
        return call;
    }

    private static ObjectNode user(String content) {
        return JsonTree.object().put("role", "user").put("content", content);
    }

    private static ObjectNode user(List<ObjectNode> parts) {
        ObjectNode message = JsonTree.object().put("role", "user");
        message.putArray("content").addAll(parts);
        return message;
    }

    private static Arbitrary<List<ObjectNode>> parts() {
        return Arbitraries.oneOf(
                        texts().map(it -> JsonTree.object().put("type", "text").put("text", it)),
                        texts().map(it -> image("https://example.com/" + it)),
                        ids().map(it -> image("data:image/png;base64," + it)))
                .list()
                .ofMinSize(2)
                .ofMaxSize(4);
    }

    private static ObjectNode image(String url) {
        ObjectNode part = JsonTree.object().put("type", "image_url");
        part.putObject("image_url").put("url", url);
        return part;
    }

    private static Arbitrary<ObjectNode> tools() {
        return Combinators.combine(
                        ids(),
                        texts().optional(0.5),
                        Arbitraries.of("none", "auto", "required").optional(0.5))
                .as(
                        (name, description, choice) -> {
                            ObjectNode tools = JsonTree.object();
                            ObjectNode tool = tools.putArray("tools").addObject();
                            tool.put("type", "function");
                            ObjectNode function = tool.putObject("function").put("name", name);
                            description.ifPresent(it -> function.put("description", it));
                            function.putObject("parameters").put("type", "object");
                            choice.ifPresent(it -> tools.put("tool_choice", it));
                            return tools;
                        });
    }

    @Provide
    Arbitrary<MessagesBody> messagesBodies() {
        return Combinators.combine(
                        texts().optional(0.5),
                        texts().optional(0.7),
                        ids().list().uniqueElements().ofMaxSize(3),
                        Arbitraries.longs().between(0, 1_000_000).list().ofSize(5))
                .as(
                        (thinking, text, calls, counts) -> {
                            ObjectNode body = JsonTree.object();
                            body.put("id", "i").put("type", "message").put("role", "assistant");
                            body.put("model", "m");
                            ArrayNode content = body.putArray("content");
                            addContent(content, thinking, text, calls);
                            body.put("stop_reason", calls.isEmpty() ? "end_turn" : "tool_use");
                            body.putNull("stop_sequence");
                            addUsage(body, counts);
                            return new MessagesBody(
                                    (ObjectNode)
                                            JsonTree.parse(JsonTree.bytes(body)).orElseThrow());
                        });
    }

    private static void addContent(
            ArrayNode content,
            Optional<String> thinking,
            Optional<String> text,
            List<String> calls) {
        thinking.ifPresent(
                it ->
                        content.addObject()
                                .put("type", "thinking")
                                .put("thinking", it)
                                .put("signature", ""));
        text.ifPresent(it -> content.addObject().put("type", "text").put("text", it));
        for (String id : calls) {
            content.addObject()
                    .put("type", "tool_use")
                    .put("id", id)
                    .put("name", "f")
                    .putObject("input")
                    .put("a", id);
        }
    }

    private static void addUsage(ObjectNode body, List<Long> counts) {
        ObjectNode usage = body.putObject("usage");
        usage.put("input_tokens", counts.get(0));
        usage.put("cache_creation_input_tokens", counts.get(1));
        usage.put("cache_read_input_tokens", counts.get(2));
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", counts.get(1))
                .put("ephemeral_1h_input_tokens", 0);
        usage.put("output_tokens", counts.get(3) + counts.get(4));
        usage.putObject("output_tokens_details").put("thinking_tokens", counts.get(4));
    }

    /** Texts that are not blank. */
    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .withCharRange(' ', '\uD7FF')
                .ofMaxLength(12)
                .map(it -> "t" + it);
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars('_', '-')
                .ofMinLength(1)
                .ofMaxLength(20);
    }
}
