package dev.millrace.configuration.provider;

import static dev.millrace.yaml.problem.Violation.require;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * A path below a provider's base URL.
 *
 * @param text begins with a slash; {@code {model}} is replaced by the provider's name of the model
 */
public record PathTemplate(String text) {
    private static final String MODEL = "{model}";
    private static final String KEY = "paths";

    public PathTemplate {
        require(
                text.startsWith("/"),
                KEY,
                "must begin with /, such as /openai/deployments/{model}/chat/completions");
        require(
                text.indexOf('?') < 0 && text.indexOf('#') < 0,
                KEY,
                "must be a path; parameters belong into query");
        require(
                isUri(text.replace(MODEL, "m")),
                KEY,
                "must be a path, with {model} as its only placeholder");
    }

    /**
     * Returns the path.
     *
     * @param upstreamModel the provider's name of the model, which becomes a single segment
     */
    public String path(String upstreamModel) {
        return text.replace(MODEL, encoded(upstreamModel));
    }

    /** Encodes a part of a URL, including all characters that separate parts. */
    public static String encoded(String part) {
        // The encoder is made for forms, where a blank is a plus sign.
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static boolean isUri(String path) {
        try {
            return new URI("https://host" + path).getRawPath().equals(path);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
