package dev.millrace.gateway.answer;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.job.JobCall;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Applies the header {@code X-Provider}, by which a client chooses the provider of the model that
 * it names. Each model of the catalog has one provider. So the header chooses between models that
 * share a name at their providers, such as {@code gpt-4.1} and {@code openai/gpt-4.1}.
 *
 * @param reader reads a request, or throws if it is invalid
 */
record ProviderChoice(ModelsInService models, Function<JobCall, RequestLine> reader) {
    static final HeaderName HEADER = HeaderNames.create("X-Provider");

    /**
     * Returns the request for a model of the chosen provider. It falls back to no other provider,
     * unless its own options name fallbacks.
     *
     * @throws ApiError if the provider does not serve the model
     */
    JobCall apply(Exchange exchange, JobCall request) {
        Optional<String> wanted =
                exchange.request()
                        .headers()
                        .first(HEADER)
                        .map(String::strip)
                        .filter(it -> !it.isEmpty());
        return wanted.isEmpty() ? request : choose(exchange, request, wanted.get());
    }

    private JobCall choose(Exchange exchange, JobCall request, String provider) {
        RequestLine line = reader.apply(request);
        if (line.model().equals(Model.AUTO)) {
            throw refused("needs a named model, not auto, whose model the policy selects");
        }
        Optional<Model> named = models.withName(line.model());
        if (named.isEmpty()) {
            // Ends as an unknown model.
            return request;
        }
        List<Model> candidates =
                models.permitted(exchange).stream()
                        .filter(it -> upstreamName(it).equals(upstreamName(named.get())))
                        .sorted(Comparator.comparing(it -> !it.equals(named.get())))
                        .toList();
        Model chosen =
                candidates.stream()
                        .filter(it -> it.provider().equalsIgnoreCase(provider))
                        .findFirst()
                        .orElseThrow(() -> unknown(line.model(), candidates));
        var edit = new JsonObjectEdit();
        if (!chosen.equals(named.get())) {
            edit.set("model", JsonBytes.quoted(chosen.name()));
        }
        if (line.options().fallback() == null) {
            edit.edit("millrace", new JsonObjectEdit().set("fallback", "[]"));
        }
        byte[] body = request.body();
        return edit.isEmpty() ? request : request.withBody(edit.apply(body, 0, body.length));
    }

    /** Returns the provider's name of a model without the name of its vendor, in lower case. */
    private static String upstreamName(Model model) {
        String name = model.upstreamModel();
        return name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    private static ApiError unknown(String model, List<Model> candidates) {
        String providers =
                candidates.stream()
                        .map(Model::provider)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return refused(
                providers.isEmpty()
                        ? "cannot choose a provider: the key permits none that serves " + model
                        : "must be a provider that serves " + model + ": " + providers);
    }

    private static ApiError refused(String problem) {
        String header = HEADER.defaultCase();
        return ApiError.invalid(header, "the header " + header + " " + problem);
    }
}
