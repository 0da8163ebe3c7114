package dev.millrace.contracts.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Recognizes an endpoint in the url of a request, which has many forms. Pure functions. */
final class EndpointUrl {
    private static final Pattern HOST = Pattern.compile("(?i)\\Ahttps?://[^/?#]*");
    private static final Pattern END_OF_PATH = Pattern.compile("[?#]");
    private static final Pattern VERSION = Pattern.compile("v[0-9]{1,2}((alpha|beta)[0-9]{0,2})?");

    /** The segments of Azure's and OpenAI's older paths that precede the name of a model. */
    private static final Set<String> BEFORE_MODEL = Set.of("deployments", "engines");

    /** Last segment of the base at providers that serve OpenAI's API beside another one. */
    private static final String OPENAI = "openai";

    /** Length of the beginning of an endpoint's name, which most misspelled urls contain. */
    private static final int STEM = 5;

    private EndpointUrl() {}

    /** Returns true if the url of a request names an endpoint unambiguously. */
    static boolean names(String url, Endpoint endpoint) {
        List<String> path = segments(url);
        List<String> end = segments(endpoint);
        int prefix = path.size() - end.size();
        return prefix >= 0
                && path.subList(prefix, path.size()).equals(end)
                && isBase(path.subList(0, prefix), end);
    }

    /** Returns true if a url that names no endpoint is possibly a misspelled one. */
    static boolean resembles(String url, Endpoint endpoint) {
        String name = segments(endpoint).get(0);
        return String.join("/", segments(url))
                .contains(name.substring(0, Math.min(STEM, name.length())));
    }

    private static List<String> segments(String url) {
        String path = HOST.matcher(url.strip()).replaceFirst("");
        String lower = END_OF_PATH.split(path, 2)[0].toLowerCase(Locale.ROOT);
        return Arrays.stream(lower.split("/")).filter(it -> !it.isEmpty()).toList();
    }

    /** Returns the segments after the version. */
    private static List<String> segments(Endpoint endpoint) {
        List<String> all = segments(endpoint.url());
        return all.subList(1, all.size());
    }

    /** Returns true if the segments before an endpoint are the base of an API. */
    private static boolean isBase(List<String> prefix, List<String> end) {
        if (prefix.isEmpty()) {
            return true;
        }
        String last = prefix.get(prefix.size() - 1);
        if (BEFORE_MODEL.contains(last)) {
            return false;
        }
        boolean isAfterModel =
                prefix.size() > 1 && BEFORE_MODEL.contains(prefix.get(prefix.size() - 2));
        return isAfterModel
                || last.equals(OPENAI)
                || VERSION.matcher(last).matches()
                // No other API ends with chat/completions, at any base.
                || end.size() > 1;
    }
}
