package dev.millrace.wire.form;

import dev.millrace.contracts.job.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The form of an endpoint's answers, which all modules use to read a whole answer. A path names the
 * keys on the way to a value, separated by dots, and skips arrays.
 *
 * @param content key of the array that holds the content
 * @param texts paths of the generated texts
 * @param ends paths of the reasons why an answer, or each of its choices, ended
 * @param withheld reasons of a provider that withheld content, and possibly sends it when it is
 *     asked again
 * @param vector key of a vector within an item of the content; empty if texts are generated
 */
public record AnswerForm(
        String content, Set<String> texts, Set<String> ends, Set<String> withheld, String vector) {
    /** Keys of a reason that is an object, as SGLang's and OpenAI's are. */
    public static final Set<String> REASON_KEYS = Set.of("type", "reason");

    private static final String SEPARATOR = ".";

    private static final AnswerForm CHAT =
            new AnswerForm(
                    "choices",
                    Set.of("choices.message.content", "choices.message.content.text"),
                    Set.of("choices.finish_reason"),
                    Set.of("content_filter"),
                    "");

    private static final AnswerForm COMPLETION =
            new AnswerForm(
                    "choices",
                    Set.of("choices.text"),
                    Set.of("choices.finish_reason"),
                    Set.of("content_filter"),
                    "");

    private static final AnswerForm RESPONSE =
            new AnswerForm(
                    "output",
                    Set.of("output.content.text"),
                    Set.of("incomplete_details", "status"),
                    Set.of("content_filter"),
                    "");

    private static final AnswerForm MESSAGE =
            new AnswerForm(
                    "content",
                    Set.of("content.text"),
                    Set.of("stop_reason"),
                    Set.of("refusal"),
                    "");

    private static final AnswerForm EMBEDDING =
            new AnswerForm("data", Set.of(), Set.of(), Set.of(), "embedding");

    /** Returns the form of an endpoint's answers. */
    public static AnswerForm of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> CHAT;
            case COMPLETIONS -> COMPLETION;
            case RESPONSES -> RESPONSE;
            case MESSAGES -> MESSAGE;
            case EMBEDDINGS -> EMBEDDING;
        };
    }

    /** Returns a part of all forms together, to read a body whose endpoint is unknown. */
    public static Set<String> ofAll(Function<AnswerForm, Set<String>> part) {
        return Arrays.stream(Endpoint.values())
                .flatMap(it -> part.apply(of(it)).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the paths of the reasons why an answer ended, as texts and within objects. */
    public Set<String> reasons() {
        return ends.stream()
                .flatMap(
                        end ->
                                Stream.concat(
                                        Stream.of(end),
                                        REASON_KEYS.stream().map(it -> end + SEPARATOR + it)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns true if an answer has choices, each with the reason why it ended. */
    public boolean hasChoices() {
        return ends.stream().anyMatch(it -> it.startsWith(content + SEPARATOR));
    }

    /** Returns true if a choice has the reason why it ended at this key. */
    public boolean endsChoice(String key) {
        return ends.contains(content + SEPARATOR + key);
    }

    /**
     * Returns the vectors in the body of an answer, in the order of the request's texts. Empty if a
     * text has no vector, or more than one.
     *
     * @param texts number of texts
     */
    public Optional<List<JsonNode>> vectors(JsonNode body, int texts) {
        JsonNode items = body.path(content);
        var vectors = new TreeMap<Integer, JsonNode>();
        for (JsonNode item : items) {
            vectors.put(item.path("index").asInt(vectors.size()), item.path(vector));
        }
        var expected = IntStream.range(0, texts).boxed().collect(Collectors.toSet());
        return items.size() == texts && vectors.keySet().equals(expected)
                ? Optional.of(List.copyOf(vectors.values()))
                : Optional.empty();
    }
}
