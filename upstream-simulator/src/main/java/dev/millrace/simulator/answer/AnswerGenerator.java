package dev.millrace.simulator.answer;

import dev.millrace.reader.document.SyntaxProblem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Generates answers as a pure function of operation and body. The model's name does not matter, so
 * a conversation gets the same text from every model and over both wires.
 *
 * <p>A text contains the {@linkplain Answer#hash hash} of the prompt and the beginning of the last
 * user message. A token is four characters (code points), rounded up.
 */
public final class AnswerGenerator {
    /** Prompts of at least this many tokens count as partly cached, as with real providers. */
    public static final int CACHE_THRESHOLD_TOKENS = 1_024;

    private static final int CACHE_BLOCK_TOKENS = 128;
    private static final int CHARACTERS_PER_TOKEN = 4;

    private static final JsonMapper JSON =
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
        return of(operation, json);
    }

    /** Generates the answer to a parsed request body. */
    public static AnswerResult of(Operation operation, JsonNode body) {
        return switch (PromptReader.read(operation, body)) {
            case PromptReader.Rejected rejected ->
                    new InvalidRequest(
                            rejected.message(), rejected.param(), body.path("model").asString(""));
            case PromptReader.Prompt prompt -> answer(operation, body, prompt);
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
        return tokens(text.codePointCount(0, text.length()));
    }

    private static int tokens(long characters) {
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(characters, CHARACTERS_PER_TOKEN));
    }

    private static Answer answer(Operation operation, JsonNode body, PromptReader.Prompt prompt) {
        Conversation all = prompt.combined();
        byte[] digest = all.digest();
        int input = Math.max(1, tokens(all.characters()));
        boolean embedding = operation == Operation.EMBEDDINGS;
        int reasoning = embedding ? 0 : Math.min(ReasoningTokens.requested(body), limit(prompt));
        List<Choice> choices = embedding ? List.of() : choices(body, prompt, reasoning);
        int output = reasoning;
        for (Choice choice : choices) {
            output += tokens(choice.text());
        }
        return new Answer(
                operation,
                body.path("model").asString(""),
                Conversation.hash(digest),
                choices,
                embedding ? embeddings(prompt) : List.of(),
                usage(operation, body, input, digest, new int[] {output, reasoning}),
                prompt.maxOutput(),
                delivery(body));
    }

    private static Answer.DeliveryOptions delivery(JsonNode body) {
        return new Answer.DeliveryOptions(
                body.path("stream").asBoolean(false),
                body.path("stream_options").path("include_usage").asBoolean(false),
                body.path("encoding_format").asString("float").equals("base64"));
    }

    private static int limit(PromptReader.Prompt prompt) {
        return prompt.maxOutput() == 0 ? Integer.MAX_VALUE : prompt.maxOutput();
    }

    private static List<Choice> choices(JsonNode body, PromptReader.Prompt prompt, int reasoning) {
        long characters = (long) (limit(prompt) - reasoning) * CHARACTERS_PER_TOKEN;
        List<Choice> choices = new ArrayList<>();
        for (Conversation conversation : prompt.conversations()) {
            String text = AnswerComposer.text(body, conversation);
            for (int i = 0; i < prompt.copies(); i++) {
                choices.add(
                        truncate(
                                i == 0 ? text : text + AnswerComposer.copySuffix(body, i),
                                characters));
            }
        }
        return choices;
    }

    private static Choice truncate(String text, long characters) {
        if (text.codePointCount(0, text.length()) <= characters) {
            return new Choice(text, FinishReason.STOP);
        }
        return new Choice(
                text.substring(0, text.offsetByCodePoints(0, (int) characters)),
                FinishReason.LENGTH);
    }

    private static List<Embedding> embeddings(PromptReader.Prompt prompt) {
        return prompt.conversations().stream()
                .map(
                        conversation ->
                                new Embedding(
                                        AnswerComposer.seed(conversation.digest()),
                                        prompt.dimensions()))
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
                outputs[1]);
    }
}
