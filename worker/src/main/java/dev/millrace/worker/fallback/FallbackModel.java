package dev.millrace.worker.fallback;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.wire.translate.Translation;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model that jobs can fall back to, with a configured provider. Another worker can serve it.
 *
 * @param endpoints the urls served at its provider
 * @param translations how jobs reach models of other urls
 */
public record FallbackModel(Model model, Set<Endpoint> endpoints, List<Translation> translations) {
    public FallbackModel {
        endpoints = Set.copyOf(endpoints);
        translations = List.copyOf(translations);
    }

    /**
     * Returns the output limit to add to the body of a job for this model; null for none. The
     * router chooses the limit of the first model by an identical rule.
     */
    @Nullable Long outputLimit(RequestLine line) {
        Endpoint called =
                Translation.find(translations, line.endpoint(), endpoints)
                        .map(Translation::called)
                        .orElse(line.endpoint());
        OptionalLong limit = OutputLimit.defaultFor(line, called, model);
        return limit.isPresent() ? limit.getAsLong() : null;
    }
}
