package dev.millrace.gateway.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the headers of a request that are meant for its provider. Drops none silently: a header
 * that changes the answer is passed on, or refused if it cannot be passed on.
 */
public final class ProviderHeaders {
    /**
     * The version of Anthropic's API that workers use by default. Earlier versions have other
     * streams, which are not supported here.
     */
    private static final String USUAL_VERSION = "2023-06-01";

    /**
     * Headers that select an account of the provider. The account is the operator's, not the
     * client's.
     */
    private static final List<HeaderName> OF_AN_ACCOUNT =
            List.of(
                    HeaderNames.create("OpenAI-Organization"),
                    HeaderNames.create("OpenAI-Project"),
                    HeaderNames.create("anthropic-workspace-id"),
                    HeaderNames.create("anthropic-user-profile-id"));

    private static final List<ProviderHeader> FEATURES =
            List.of(ProviderHeader.ANTHROPIC_BETA, ProviderHeader.OPENAI_BETA);

    /**
     * Prefix of the beta name of the batch API. The gateway implements this API, so the name is not
     * a feature of a call.
     */
    private static final String BATCH_API = "message-batches-";

    private ProviderHeaders() {}

    /**
     * Returns the headers for the provider of a call.
     *
     * @throws ApiError naming a header that cannot be passed on
     */
    public static Map<ProviderHeader, String> of(Exchange exchange, Endpoint endpoint) {
        refuseAccounts(exchange);
        var found = new EnumMap<ProviderHeader, String>(ProviderHeader.class);
        for (ProviderHeader header : ProviderHeader.values()) {
            value(exchange, header, endpoint).ifPresent(value -> found.put(header, value));
        }
        return found;
    }

    /**
     * Refuses provider headers on a path whose lines name their own features and models.
     *
     * @throws ApiError naming the header
     */
    public static void refuse(Exchange exchange) {
        refuseAccounts(exchange);
        if (exchange.request().headers().contains(ProviderChoice.HEADER)) {
            throw invalid(
                    ProviderChoice.HEADER.defaultCase(),
                    "does not apply to this path; name a model of the provider in each line");
        }
        for (ProviderHeader header : FEATURES) {
            if (!features(exchange, header).isEmpty()) {
                throw invalid(
                        header,
                        "does not apply to this path; write it into each line, as"
                                + " millrace.headers");
            }
        }
    }

    /**
     * Returns the value of a header; empty if it is absent, or if workers send this value by
     * default.
     */
    private static Optional<String> value(
            Exchange exchange, ProviderHeader header, Endpoint endpoint) {
        String value =
                switch (header) {
                    case ANTHROPIC_VERSION ->
                            endpoint.accepts(header) ? version(exchange, header) : "";
                    case ANTHROPIC_BETA, OPENAI_BETA -> features(exchange, header);
                };
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (!endpoint.accepts(header)) {
            throw invalid(
                    header, "belongs to another API than " + endpoint.url() + "; leave it out");
        }
        if (!header.isValue(value)) {
            throw invalid(header, header.expected());
        }
        return Optional.of(value);
    }

    private static String version(Exchange exchange, ProviderHeader header) {
        String version =
                exchange.request().headers().first(name(header)).orElse(USUAL_VERSION).strip();
        if (header.isValue(version) && version.compareTo(USUAL_VERSION) < 0) {
            throw invalid(header, "must be " + USUAL_VERSION + " or later");
        }
        return version.equals(USUAL_VERSION) ? "" : version;
    }

    /** Returns a list of features without the name of the batch API; empty for none. */
    private static String features(Exchange exchange, ProviderHeader header) {
        HeaderName name = name(header);
        return exchange.request().headers().contains(name)
                ? exchange.request().headers().values(name).stream()
                        .flatMap(it -> Arrays.stream(it.split(",", -1)))
                        .map(String::strip)
                        .filter(it -> !it.isEmpty() && !it.startsWith(BATCH_API))
                        .distinct()
                        .collect(Collectors.joining(","))
                : "";
    }

    private static HeaderName name(ProviderHeader header) {
        return HeaderNames.create(header.text());
    }

    private static void refuseAccounts(Exchange exchange) {
        for (HeaderName name : OF_AN_ACCOUNT) {
            if (exchange.request().headers().first(name).filter(it -> !it.isBlank()).isPresent()) {
                throw invalid(
                        name.defaultCase(),
                        "selects an account of the provider, which the operator of this gateway"
                                + " does; leave it out");
            }
        }
    }

    private static ApiError invalid(ProviderHeader header, String problem) {
        return invalid(header.text(), problem);
    }

    private static ApiError invalid(String header, String problem) {
        return ApiError.invalid(header, "the header " + header + " " + problem);
    }
}
