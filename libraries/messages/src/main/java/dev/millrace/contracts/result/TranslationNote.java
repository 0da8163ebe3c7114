package dev.millrace.contracts.result;

import dev.millrace.contracts.job.Endpoint;
import java.util.List;

/**
 * How a provider's answer became the answer of a result.
 *
 * @param from the endpoint that was called and gave the answer
 * @param omitted paths of omitted fields: {@code body…} for hints of the request, {@code headers…}
 *     for headers of the request, {@code response.body…} for fields of the provider's answer
 */
public record TranslationNote(Endpoint from, List<String> omitted) {
    public TranslationNote {
        omitted = List.copyOf(omitted);
    }
}
