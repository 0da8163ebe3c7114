package dev.millrace.contracts.job;

import dev.millrace.contracts.upstream.ProviderHeader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The provider endpoints that a job can request by the {@code url} of its line. */
public enum Endpoint {
    CHAT_COMPLETIONS("/v1/chat/completions"),
    RESPONSES("/v1/responses"),
    COMPLETIONS("/v1/completions"),
    EMBEDDINGS("/v1/embeddings"),
    /** The endpoint of Anthropic's Messages API. */
    MESSAGES("/v1/messages");

    private static final Map<String, Endpoint> BY_URL =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Endpoint::url, it -> it));

    private static final Pattern HOST = Pattern.compile("(?i)\\Ahttps?://[^/?#]*");
    private static final Pattern END_OF_PATH = Pattern.compile("[?#]");
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,2}((alpha|beta)[0-9]{0,2})?");

    /** The segments of Azure's and OpenAI's older paths that precede the name of a model. */
    private static final Set<String> BEFORE_MODEL = Set.of("deployments", "engines");

    /** The segment of providers that serve OpenAI's API beside their own. */
    private static final String OPENAI = "openai";

    private final String url;

    Endpoint(String url) {
        this.url = url;
    }

    /** Returns the path as in OpenAI's batch format, with the leading {@code /v1}. */
    public String url() {
        return url;
    }

    /** Returns true if the body has messages, to which passages of documents can be added. */
    public boolean hasMessages() {
        return switch (this) {
            case CHAT_COMPLETIONS, RESPONSES, MESSAGES -> true;
            case COMPLETIONS, EMBEDDINGS -> false;
        };
    }

    /** Returns true if the header belongs to the API of this endpoint. */
    public boolean accepts(ProviderHeader header) {
        return switch (header) {
            case ANTHROPIC_VERSION, ANTHROPIC_BETA -> this == MESSAGES;
            case OPENAI_BETA -> this != MESSAGES;
        };
    }

    /** Returns the endpoint with exactly this {@link #url}. */
    public static Optional<Endpoint> of(String url) {
        return Optional.ofNullable(BY_URL.get(url));
    }

    /**
     * Returns the endpoint that the url of a request names, in any form whose meaning is certain:
     * without {@code /v1} as in Azure's batch files, as a whole address, with a query, or with the
     * name of a deployment.
     *
     * @return empty if the url may mean something else, such as the messages of a thread
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

    /** Returns what is wrong with a url that names no endpoint. */
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
                // No other API ends like this one, whatever its base.
                || endpoint == Endpoint.CHAT_COMPLETIONS;
    }

    private static Optional<Endpoint> similar(String url) {
        String path = String.join("/", segments(url));
        return Arrays.stream(values()).filter(it -> path.contains(stem(it))).findFirst();
    }

    /** Returns the beginning of an endpoint's name, in which few spellings differ. */
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
