package dev.millrace.configuration.provider;

import static dev.millrace.yaml.problem.Violation.require;

import java.util.Optional;

/**
 * The header that carries the API key.
 *
 * @param header name of the header; absent: the wire's own
 * @param scheme word before the key; blank for the bare key; absent: {@code Bearer} in the header
 *     {@code Authorization}, none in others
 */
public record KeyHeader(Optional<String> header, Optional<String> scheme) {
    /** The wire's own header. */
    public static final KeyHeader DEFAULT = new KeyHeader(Optional.empty(), Optional.empty());

    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer";

    public KeyHeader {
        require(
                header.map(HttpToken::isToken).orElse(true),
                "header",
                "must be the name of a header: letters, digits and dashes, such as api-key");
        require(
                scheme.map(it -> it.isEmpty() || HttpToken.isToken(it)).orElse(true),
                "scheme",
                "must be one word such as Bearer, or \"\" for the bare key");
    }

    /** Returns the name of the header at a wire whose own header is {@code wireHeader}. */
    public String name(String wireHeader) {
        return header.orElse(wireHeader);
    }

    /** Returns the value of the header with the given key, at the given wire's header. */
    public String value(String wireHeader, String key) {
        String usual = name(wireHeader).equalsIgnoreCase(AUTHORIZATION) ? BEARER : "";
        String word = scheme.orElse(usual);
        return word.isEmpty() ? key : word + " " + key;
    }
}
