package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The provider endpoints that a job can request by the {@code url} of its line, and the differences
 * between their requests. Other code asks these methods instead of comparing endpoints, so that a
 * new endpoint does not compile until every difference is defined.
 */
public enum Endpoint {
    CHAT_COMPLETIONS("/v1/chat/completions", Wire.OPENAI, "messages", "", "text"),
    RESPONSES("/v1/responses", Wire.OPENAI, "input", "instructions", "input_text"),
    COMPLETIONS("/v1/completions", Wire.OPENAI, "prompt", "", ""),
    EMBEDDINGS("/v1/embeddings", Wire.OPENAI, "input", "", ""),
    /** The endpoint of Anthropic's Messages API. */
    MESSAGES("/v1/messages", Wire.ANTHROPIC, "messages", "system", "text");

    private static final Map<String, Endpoint> BY_URL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Endpoint::url, it -> it));

    private static final Pattern HOST = Pattern.compile("(?i)\\Ahttps?://[^/?#]*");
    private static final Pattern END_OF_PATH = Pattern.compile("[?#]");
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,2}((alpha|beta)[0-9]{0,2})?");

    /** The segments of Azure's and OpenAI's older paths that precede the name of a model. */
    private static final Set<String> BEFORE_MODEL = Set.of("deployments", "engines");

    /** Last segment of the base at providers that serve OpenAI's API beside another one. */
    private static final String OPENAI = "openai";

    private final String url;
    private final Wire wire;
    private final String promptKey;
    private final String instructionsKey;
    private final String textPart;

    Endpoint(String url, Wire wire, String promptKey, String instructionsKey, String textPart) {
        this.url = url;
        this.wire = wire;
        this.promptKey = promptKey;
        this.instructionsKey = instructionsKey;
        this.textPart = textPart;
    }

    /** Returns the path as in OpenAI's batch format, with the leading {@code /v1}. */
    public String url() {
        return url;
    }

    /** Returns the wire that the endpoint belongs to. */
    public Wire wire() {
        return wire;
    }

    /** Returns the key of the prompt: a list of messages, or one or several texts. */
    public String promptKey() {
        return promptKey;
    }

    /** Returns true if the prompt can be a plain text; false if it must be a list of messages. */
    public boolean acceptsText() {
        return switch (this) {
            case RESPONSES, COMPLETIONS, EMBEDDINGS -> true;
            case CHAT_COMPLETIONS, MESSAGES -> false;
        };
    }

    /** Returns the key of the instructions; empty if they are a message, or if there are none. */
    public String instructionsKey() {
        return instructionsKey;
    }

    /** Returns the type of a message part with text; empty if the endpoint has no messages. */
    public String textPart() {
        return textPart;
    }

    /** Returns true if the body has messages, which accept passages of documents. */
    public boolean hasMessages() {
        return !textPart.isEmpty();
    }

    /** Returns true if answers are generated: they have output tokens, a limit, and a stream. */
    public boolean generates() {
        return switch (this) {
            case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, MESSAGES -> true;
            case EMBEDDINGS -> false;
        };
    }

    /** Returns true if a body without an output limit is refused. */
    public boolean requiresLimit() {
        return switch (this) {
            case MESSAGES -> true;
            case CHAT_COMPLETIONS, RESPONSES, COMPLETIONS, EMBEDDINGS -> false;
        };
    }

    /** Returns true if answers repeat fields of the request. */
    public boolean echoesRequest() {
        return switch (this) {
            case RESPONSES -> true;
            case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS, MESSAGES -> false;
        };
    }

    /** Returns true if {@code background} in the body ends a call before its answer exists. */
    public boolean hasBackgroundMode() {
        return switch (this) {
            case RESPONSES -> true;
            case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS, MESSAGES -> false;
        };
    }

    /** Returns the JSON fields of the smallest valid body, a short question, without the model. */
    public String smallestQuestion() {
        return switch (this) {
            case CHAT_COMPLETIONS, MESSAGES ->
                    """
                    "max_tokens":16,"messages":[{"role":"user","content":"Say yes."}]""";
            case RESPONSES -> "\"input\":\"Say yes.\"";
            case COMPLETIONS -> "\"max_tokens\":16,\"prompt\":\"Say yes.\"";
            case EMBEDDINGS -> "\"input\":\"yes\"";
        };
    }

    /** Returns true if the header belongs to the wire of this endpoint. */
    public boolean accepts(ProviderHeader header) {
        return header.wire() == wire;
    }

    /** Returns the endpoints of a wire, in declaration order. */
    public static Set<Endpoint> ofWire(Wire wire) {
        return Arrays.stream(values())
                .filter(it -> it.wire == wire)
                .collect(
                        Collectors.collectingAndThen(
                                Collectors.toCollection(() -> EnumSet.noneOf(Endpoint.class)),
                                Collections::unmodifiableSet));
    }

    /** Returns the endpoint with exactly this {@link #url}. */
    public static Optional<Endpoint> of(String url) {
        return Optional.ofNullable(BY_URL.get(url));
    }

    /**
     * Returns the endpoint of a request's url. Accepts every unambiguous form: without {@code /v1}
     * as in Azure's batch files, as a whole address, with a query, or with the name of a
     * deployment.
     *
     * @return empty if the url can mean something else, such as the messages of a thread
     */
    public static Optional<Endpoint> ofRequest(String url) {
        Optional<Endpoint> exact = of(url);
        return exact.isPresent()
                ? exact
                : Arrays.stream(values()).filter(it -> names(segments(url), it)).findFirst();
    }

    /** Returns all URLs, for messages. */
    public static String allUrls() {
        return Arrays.stream(values()).map(Endpoint::url).collect(Collectors.joining(", "));
    }

    /** Describes the problem of a url that names no endpoint. */
    static String problemOf(String url) {
        return "must be one of "
                + allUrls()
                + similar(url).map(it -> "; did you mean " + it.url() + "?").orElse("");
    }

    private static List<String> segments(String url) {
        String path = HOST.matcher(url.strip()).replaceFirst("");
        String lower = END_OF_PATH.split(path, 2)[0].toLowerCase(Locale.ROOT);
        return Arrays.stream(lower.split("/")).filter(it -> !it.isEmpty()).toList();
    }

    private static List<String> segments(Endpoint endpoint) {
        List<String> all = segments(endpoint.url());
        return all.subList(1, all.size());
    }

    private static boolean names(List<String> path, Endpoint endpoint) {
        List<String> end = segments(endpoint);
        int prefix = path.size() - end.size();
        return prefix >= 0
                && path.subList(prefix, path.size()).equals(end)
                && isBase(path.subList(0, prefix), endpoint);
    }

    /** Returns true if the segments before an endpoint are the base of an API. */
    private static boolean isBase(List<String> prefix, Endpoint endpoint) {
        if (prefix.isEmpty()) {
            return true;
        }
        String last = prefix.getLast();
        if (BEFORE_MODEL.contains(last)) {
            return false;
        }
        boolean isAfterModel =
                prefix.size() > 1 && BEFORE_MODEL.contains(prefix.get(prefix.size() - 2));
        return isAfterModel
                || last.equals(OPENAI)
                || VERSION.matcher(last).matches()
                // No other API ends with chat/completions, at any base.
                || segments(endpoint).size() > 1;
    }

    private static Optional<Endpoint> similar(String url) {
        String path = String.join("/", segments(url));
        return Arrays.stream(values()).filter(it -> path.contains(stem(it))).findFirst();
    }

    /** Returns the beginning of an endpoint's name, which most misspelled urls contain. */
    private static String stem(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT_COMPLETIONS -> "chat";
            case RESPONSES -> "response";
            case COMPLETIONS -> "complet";
            case EMBEDDINGS -> "embed";
            case MESSAGES -> "message";
        };
    }
}
