package dev.millrace.simulator.answer;

import dev.millrace.simulator.answer.content.Choice;
import dev.millrace.simulator.answer.content.ChoiceGenerator;
import dev.millrace.simulator.answer.content.CodePointTokens;
import dev.millrace.simulator.answer.content.Conversation;
import dev.millrace.simulator.answer.content.Reasoning;
import dev.millrace.yaml.document.SyntaxProblem;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Generates answers as a pure function of operation and body. Ignores the model's name, so a
 * conversation gets one text from every model and over both wires.
 *
 * <p>A text contains the {@linkplain Answer#hash hash} of the prompt and the beginning of the last
 * user message. A token is four characters (code points), rounded up.
 */
public final class AnswerGenerator {
    /** Prompts of at least this many tokens count as partly cached, as with real providers. */
    public static final int CACHE_THRESHOLD_TOKENS = 1_024;

    private static final int CACHE_BLOCK_TOKENS = 128;

    static final JsonMapper JSON =
            new JsonMapper(
                    JsonFactory.builder()
                            .streamReadConstraints(
                                    StreamReadConstraints.builder()
                                            .maxStringLength(64 * 1024 * 1024)
                                            .build())
                            .build());

    private AnswerGenerator() {}

    /** Generates the answer to a request body in bytes. */
    public static AnswerResult of(Operation operation, byte[] body) {
        return of(operation, body, null, _ -> 0);
    }

    /**
     * Generates the answer to a request body in bytes.
     *
     * @param deployment the model that the request's path names instead of the body; null = none
     * @param answerTokens by the model's name, the shortest length of a text in tokens
     */
    public static AnswerResult of(
            Operation operation,
            byte[] body,
            @Nullable String deployment,
            ToIntFunction<String> answerTokens) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JacksonException broken) {
            return new InvalidRequest(
                    "We could not parse the JSON body of your request: "
                            + SyntaxProblem.describe(broken),
                    null,
                    "");
        }
        if (deployment != null && json instanceof ObjectNode object) {
            object.put("model", deployment);
        }
        return of(operation, json, answerTokens);
    }

    /** Generates the answer to a parsed request body. */
    public static AnswerResult of(Operation operation, JsonNode body) {
        return of(operation, body, _ -> 0);
    }

    private static AnswerResult of(
            Operation operation, JsonNode body, ToIntFunction<String> answerTokens) {
        return switch (PromptText.read(operation, body)) {
            case PromptText.Rejected rejected ->
                    new InvalidRequest(
                            rejected.message(), rejected.param(), body.path("model").asString(""));
            case PromptText.Prompt prompt ->
                    answer(
                            operation,
                            body,
                            prompt,
                            answerTokens.applyAsInt(body.path("model").asString("")));
        };
    }

    /**
     * Returns the answer that a test may expect to a valid body.
     *
     * @param path request path such as {@code /v1/chat/completions}
     * @throws IllegalArgumentException when the path has no operation or the body is invalid
     */
    public static Answer expected(String path, byte[] body) {
        Operation operation =
                Operation.of(path)
                        .orElseThrow(() -> new IllegalArgumentException("no operation at " + path));
        return switch (of(operation, body)) {
            case Answer answer -> answer;
            case InvalidRequest invalid -> throw new IllegalArgumentException(invalid.message());
        };
    }

    /** Counts the tokens of a text: code points ÷ 4, rounded up. */
    public static int tokens(String text) {
        return CodePointTokens.of(text);
    }

    private static Answer answer(
            Operation operation, JsonNode body, PromptText.Prompt prompt, int answerTokens) {
        Conversation all = prompt.combined();
        byte[] digest = all.digest();
        int input = Math.max(1, CodePointTokens.ofCharacters(all.characters()));
        boolean embedding = operation == Operation.EMBEDDINGS;
        int reasoning = embedding ? 0 : Math.min(Reasoning.tokens(body), limit(prompt));
        List<Choice> choices =
                embedding ? List.of() : choices(body, prompt, reasoning, answerTokens);
        int output = reasoning;
        for (Choice choice : choices) {
            output += choice.tokens();
        }
        return new Answer(
                operation,
                body.path("model").asString(""),
                Conversation.hash(digest),
                choices,
                embedding ? embeddings(prompt) : List.of(),
                usage(operation, body, input, digest, new int[] {output, reasoning}),
                prompt.maxOutput(),
                delivery(operation, body));
    }

    private static Answer.DeliveryOptions delivery(Operation operation, JsonNode body) {
        return new Answer.DeliveryOptions(
                body.path("stream").asBoolean(false),
                body.path("stream_options").path("include_usage").asBoolean(false),
                body.path("encoding_format").asString("float").equals("base64"),
                body.path("service_tier").asString(""),
                operation == Operation.RESPONSES
                        ? EchoedFields.of(body)
                        : JsonNodeFactory.instance.objectNode());
    }

    private static int limit(PromptText.Prompt prompt) {
        return prompt.maxOutput() == 0 ? Integer.MAX_VALUE : prompt.maxOutput();
    }

    private static List<Choice> choices(
            JsonNode body, PromptText.Prompt prompt, int reasoning, int answerTokens) {
        int maxTokens = limit(prompt) - reasoning;
        return prompt.conversations().stream()
                .map(
                        conversation ->
                                new ChoiceGenerator(body, conversation, maxTokens, answerTokens))
                .flatMap(generator -> generator.choices(prompt.copies()).stream())
                .toList();
    }

    private static List<Embedding> embeddings(PromptText.Prompt prompt) {
        return prompt.conversations().stream()
                .map(conversation -> Embedding.of(conversation.digest(), prompt.dimensions()))
                .toList();
    }

    private static Usage usage(
            Operation operation, JsonNode body, int input, byte[] digest, int[] outputs) {
        boolean anthropic = operation == Operation.MESSAGES;
        boolean usesCache = !anthropic || body.findValue("cache_control") != null;
        int cached = 0;
        if (usesCache && input >= CACHE_THRESHOLD_TOKENS && operation != Operation.EMBEDDINGS) {
            cached = input / 2 / CACHE_BLOCK_TOKENS * CACHE_BLOCK_TOKENS;
        }
        // Anthropic bills cache writes. Half of the prompts count as already cached.
        boolean isCacheWrite = anthropic && digest[digest.length - 1] % 2 != 0;
        return new Usage(
                input,
                isCacheWrite ? 0 : cached,
                isCacheWrite ? cached : 0,
                outputs[0],
                outputs[1],
                false);
    }
}
