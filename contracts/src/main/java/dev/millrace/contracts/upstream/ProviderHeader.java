package dev.millrace.contracts.upstream;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The headers of a client that its provider gets: they switch features on, and so change the
 * answer. Each belongs to the API of some endpoints, and is sent to no other.
 */
public enum ProviderHeader {
    /** Features of Anthropic's API, such as a longer context. */
    ANTHROPIC_BETA("anthropic-beta"),
    /** Features of OpenAI's API. */
    OPENAI_BETA("openai-beta");

    private static final int MAX_CHARS = 1_000;

    /** Lists of words: nothing that could end a header. */
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]*[!-~])?");

    private final String text;

    ProviderHeader(String text) {
        this.text = text;
    }

    /** Returns the name of the header in lower case. */
    public String text() {
        return text;
    }

    /** Returns the header of a name in any case; empty for all other headers. */
    public static Optional<ProviderHeader> of(String name) {
        return Arrays.stream(values()).filter(it -> it.text.equalsIgnoreCase(name)).findFirst();
    }

    /** Returns the names, for messages. */
    public static String all() {
        return Arrays.stream(values()).map(ProviderHeader::text).collect(Collectors.joining(", "));
    }

    /** Returns true if a text can be the value of a header: 1 to 1,000 printable characters. */
    public static boolean isValue(String text) {
        return text.length() <= MAX_CHARS && VALUE.matcher(text).matches();
    }

    /** Returns headers as one text that is equal for equal headers, such as for a cache key. */
    public static String identity(Map<ProviderHeader, String> headers) {
        return new TreeMap<>(headers)
                .entrySet().stream()
                        .map(it -> it.getKey().text + ": " + it.getValue())
                        .collect(Collectors.joining("\n"));
    }
}
