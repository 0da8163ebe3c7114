package dev.millrace.contracts.job;

import java.util.Map;
import java.util.Set;

/**
 * The HTTP API of a provider. Each {@link Endpoint} belongs to one; the module {@code wire}
 * implements it.
 *
 * @param name value of {@code providers.*.wire}
 * @param basePath beginning of the endpoints' URLs that a provider's base URL contains
 * @param keyHeader name of the header that carries the API key
 * @param headers the headers that every call needs besides the key
 * @param clientHeaders headers of clients that are passed to the provider
 * @param clients form of errors, limits and lists that the wire's clients read
 */
public record Wire(
        String name,
        String basePath,
        String keyHeader,
        Map<String, String> headers,
        Set<ProviderHeader> clientHeaders,
        ClientForm clients) {
    /** The OpenAI API, which most providers offer. */
    public static final Wire OPENAI =
            new Wire(
                    "openai",
                    "/v1",
                    "Authorization",
                    Map.of(),
                    Set.of(ProviderHeader.OPENAI_BETA),
                    ClientForm.OPENAI);

    /** The Anthropic API. */
    public static final Wire ANTHROPIC =
            new Wire(
                    "anthropic",
                    "",
                    "x-api-key",
                    Map.of("anthropic-version", "2023-06-01"),
                    Set.of(ProviderHeader.ANTHROPIC_VERSION, ProviderHeader.ANTHROPIC_BETA),
                    ClientForm.ANTHROPIC);

    /** The forms in which the gateway writes errors, limits and lists of models. */
    public enum ClientForm {
        OPENAI,
        ANTHROPIC
    }

    public Wire {
        headers = Map.copyOf(headers);
        clientHeaders = Set.copyOf(clientHeaders);
    }

    /** Returns the path of an endpoint of this wire below a provider's base URL. */
    public String path(Endpoint endpoint) {
        return endpoint.url().substring(basePath.length());
    }
}
