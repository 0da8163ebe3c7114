package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The client headers that are passed to the provider, because they switch features on and so change
 * the answer. Each header belongs to one {@link Wire}, and is sent on no other wire.
 */
public enum ProviderHeader {
    /** Version of Anthropic's API, a date: it decides about the form of requests and answers. */
    ANTHROPIC_VERSION("anthropic-version"),
    /** Features of Anthropic's API, such as a longer context. */
    ANTHROPIC_BETA("anthropic-beta"),
    /** Features of OpenAI's API. */
    OPENAI_BETA("openai-beta");

    private static final int MAX_CHARS = 1_000;

    /** Printable ASCII characters, of which none can end the header. */
    private static final Pattern VALUE = Pattern.compile("[!-~](?:[ -~]*[!-~])?");

    private static final Pattern VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

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

    /** Returns true if a value can be the value of this header. */
    public boolean isValue(String value) {
        return switch (this) {
            case ANTHROPIC_VERSION -> VERSION.matcher(value).matches();
            case ANTHROPIC_BETA, OPENAI_BETA ->
                    value.length() <= MAX_CHARS && VALUE.matcher(value).matches();
        };
    }

    /** Describes the form of a valid value, for messages. */
    public String expected() {
        return switch (this) {
            case ANTHROPIC_VERSION -> "must be a date such as 2023-06-01";
            case ANTHROPIC_BETA, OPENAI_BETA -> "must be text of 1 to 1,000 printable characters";
        };
    }

    /** Returns headers as one text that is equal for equal headers, such as for a cache key. */
    public static String identity(Map<ProviderHeader, String> headers) {
        return new TreeMap<>(headers)
                .entrySet().stream()
                        .map(it -> it.getKey().text + ": " + it.getValue())
                        .collect(Collectors.joining("\n"));
    }
}
