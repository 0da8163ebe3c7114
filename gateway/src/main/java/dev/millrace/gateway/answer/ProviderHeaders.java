package dev.millrace.gateway.answer;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.upstream.ProviderHeader;
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
 * Reads the headers of a request that are meant for its provider. None is dropped silently: a
 * header that changes the answer is passed on, one that cannot be is refused.
 */
public final class ProviderHeaders {
    private static final HeaderName VERSION = HeaderNames.create("anthropic-version");

    /** The version of Anthropic's API that workers use, and whose answers they read. */
    private static final String SERVED_VERSION = "2023-06-01";

    /** Select an account of the provider, which is the operator's and not the client's. */
    private static final List<HeaderName> OF_AN_ACCOUNT =
            List.of(
                    HeaderNames.create("OpenAI-Organization"),
                    HeaderNames.create("OpenAI-Project"),
                    HeaderNames.create("anthropic-workspace-id"),
                    HeaderNames.create("anthropic-user-profile-id"));

    /** Names this API itself, which the gateway has, and no feature of a call. */
    private static final String BATCH_API = "message-batches-";

    private ProviderHeaders() {}

    /**
     * Returns the headers for the provider of a call.
     *
     * @throws ApiError that names a header that cannot be passed on
     */
    public static Map<ProviderHeader, String> of(Exchange exchange, Endpoint endpoint) {
        refuseAccounts(exchange);
        requireVersion(exchange, endpoint);
        var found = new EnumMap<ProviderHeader, String>(ProviderHeader.class);
        for (ProviderHeader header : ProviderHeader.values()) {
            value(exchange, header)
                    .ifPresent(
                            value -> {
                                if (!endpoint.accepts(header)) {
                                    throw invalid(
                                            header.text(),
                                            "belongs to another API than "
                                                    + endpoint.url()
                                                    + "; leave it out");
                                }
                                found.put(header, value);
                            });
        }
        return found;
    }

    /**
     * Refuses the headers that would apply to the calls of a path whose lines name their own.
     *
     * @throws ApiError that names the header
     */
    public static void refuse(Exchange exchange) {
        refuseAccounts(exchange);
        for (ProviderHeader header : ProviderHeader.values()) {
            if (value(exchange, header).isPresent()) {
                throw invalid(
                        header.text(),
                        "does not apply to this path; write it into each line, as"
                                + " millrace.headers");
            }
        }
    }

    /** Returns the value of a header without the name of the batch API; empty for none. */
    private static Optional<String> value(Exchange exchange, ProviderHeader header) {
        HeaderName name = HeaderNames.create(header.text());
        if (!exchange.request().headers().contains(name)) {
            return Optional.empty();
        }
        String value =
                exchange.request().headers().values(name).stream()
                        .flatMap(it -> Arrays.stream(it.split(",", -1)))
                        .map(String::strip)
                        .filter(it -> !it.isEmpty() && !it.startsWith(BATCH_API))
                        .distinct()
                        .collect(Collectors.joining(","));
        if (!value.isEmpty() && !ProviderHeader.isValue(value)) {
            throw invalid(header.text(), "must have at most 1,000 printable characters");
        }
        return Optional.of(value).filter(it -> !it.isEmpty());
    }

    private static void refuseAccounts(Exchange exchange) {
        for (HeaderName name : OF_AN_ACCOUNT) {
            if (exchange.request().headers().contains(name)) {
                throw invalid(
                        name.defaultCase(),
                        "selects an account of the provider, which the operator of this gateway"
                                + " does; leave it out");
            }
        }
    }

    private static void requireVersion(Exchange exchange, Endpoint endpoint) {
        exchange.request()
                .headers()
                .first(VERSION)
                .filter(it -> endpoint == Endpoint.MESSAGES && !it.equals(SERVED_VERSION))
                .ifPresent(
                        it -> {
                            throw invalid(
                                    VERSION.defaultCase(),
                                    "must be "
                                            + SERVED_VERSION
                                            + ", the version that the provider gets");
                        });
    }

    private static ApiError invalid(String header, String problem) {
        return ApiError.invalid(header, "the header " + header + " " + problem);
    }
}
