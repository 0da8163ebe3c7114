package dev.millrace.contracts.job;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The form of an endpoint's answers, which all modules use to read a whole answer. A path names the
 * keys on the way to a value, separated by dots, and skips arrays.
 *
 * @param type value of {@code object} or {@code type} in an answer
 * @param content key of the array that holds the content
 * @param texts paths of the generated texts
 * @param ends paths of the reasons why an answer, or each of its choices, ended
 * @param withheld reasons of a provider that withheld content, and possibly sends it when it is
 *     asked again
 * @param vector key of a vector within an item of the content; empty if texts are generated
 * @param cachedTokens whether the input tokens include the tokens of a cache
 * @param echoesRequest true if answers repeat fields of the request
 * @param fixed a whole answer with places for job, time in seconds, quoted model and quoted text;
 *     empty if the endpoint has no messages
 */
public record AnswerForm(
        String type,
        String content,
        Set<String> texts,
        Set<String> ends,
        Set<String> withheld,
        String vector,
        CachedTokens cachedTokens,
        boolean echoesRequest,
        String fixed) {
    /** Keys of a reason that is an object, as SGLang's and OpenAI's are. */
    public static final Set<String> REASON_KEYS = Set.of("type", "reason");

    private static final String SEPARATOR = ".";

    /** Where an API counts the tokens of a cache. */
    public enum CachedTokens {
        /** Within the input tokens. */
        IN_INPUT,
        /** Beside the input tokens. */
        BESIDE_INPUT,
        /** As the provider likes; the names of its counts decide. */
        BY_NAMES
    }

    public AnswerForm {
        texts = Set.copyOf(texts);
        ends = Set.copyOf(ends);
        withheld = Set.copyOf(withheld);
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
        return !endKey().isEmpty();
    }

    /** Returns a choice's key of the reason why it ended; empty if an answer has no choices. */
    public String endKey() {
        return keyIn(ends, "");
    }

    /** Returns a choice's key of its text, by default {@code text}. */
    public String textKey() {
        return keyIn(texts, "text");
    }

    /** Returns the last key of a path to a value directly within an item of the content. */
    private String keyIn(Set<String> paths, String otherwise) {
        String item = content + SEPARATOR;
        return paths.stream()
                .filter(it -> it.startsWith(item) && it.lastIndexOf(SEPARATOR) < item.length())
                .map(it -> it.substring(item.length()))
                .findFirst()
                .orElse(otherwise);
    }
}
