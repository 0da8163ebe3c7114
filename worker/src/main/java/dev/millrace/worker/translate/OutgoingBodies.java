package dev.millrace.worker.translate;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.wire.translate.Translation;
import dev.millrace.wire.translate.outcome.RequestTranslation;
import dev.millrace.wire.translate.outcome.UntranslatableField;
import dev.millrace.wire.translate.outcome.UpstreamTarget;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Creates the bodies of calls: the body of the job, or its translation. Thread-safe. */
public final class OutgoingBodies {
    private final TranslationBudget budget;

    public OutgoingBodies(TranslationBudget budget) {
        this.budget = budget;
    }

    /**
     * Creates the body of a call.
     *
     * @param addedLimit output limit that the router added; null for none
     * @param offered the endpoints that the model's provider offers
     */
    public OutgoingBody create(
            RequestLine line, Model model, @Nullable Long addedLimit, Set<Endpoint> offered) {
        if (offered.contains(line.endpoint())) {
            return new OutgoingBody.Sendable(
                    line.endpoint(), UpstreamBody.of(line, model, addedLimit), Optional.empty());
        }
        return Translation.of(line.endpoint(), offered)
                .map(it -> translated(it, line, model, addedLimit))
                .orElseGet(() -> notOffered(line.endpoint(), offered));
    }

    private OutgoingBody translated(
            Translation translation, RequestLine line, Model model, @Nullable Long addedLimit) {
        UpstreamTarget target = target(translation.called(), line, model, addedLimit);
        RequestTranslation request =
                budget.within(
                        line.body().length(),
                        () -> translation.request(line.bytes(), line.body(), target));
        return switch (request) {
            case RequestTranslation.Translated(var body, var omitted) ->
                    new OutgoingBody.Sendable(
                            translation.called(),
                            UpstreamBody.translated(body, line, model, translation.called()),
                            Optional.of(new AnswerTranslator(translation, omitted, budget)));
            case RequestTranslation.Refused(var fields) ->
                    new OutgoingBody.Refused(
                            "the request cannot be translated to "
                                    + translation.called().url()
                                    + ": "
                                    + fields.stream()
                                            .map(UntranslatableField::message)
                                            .collect(Collectors.joining("; ")));
        };
    }

    /** The router has added the limit, unless the model was of the job's own API at that time. */
    private static UpstreamTarget target(
            Endpoint called, RequestLine line, Model model, @Nullable Long addedLimit) {
        return new UpstreamTarget(
                model.upstreamModel(),
                OutputLimit.key(Endpoint.CHAT_COMPLETIONS, model),
                addedLimit == null
                        ? OutputLimit.defaultFor(line, called, model)
                                .orElse(model.defaultMaxTokens())
                        : addedLimit);
    }

    private static OutgoingBody notOffered(Endpoint endpoint, Set<Endpoint> offered) {
        return new OutgoingBody.Refused(
                "the model's provider does not offer "
                        + endpoint.url()
                        + ", and such requests cannot be translated; it offers "
                        + offered.stream().map(Endpoint::url).collect(Collectors.joining(", ")));
    }
}
