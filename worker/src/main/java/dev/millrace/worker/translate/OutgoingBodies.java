package dev.millrace.worker.translate;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.wire.call.BodyFields;
import dev.millrace.wire.translate.Translation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Creates the bodies of calls: the body of the job, or its translation. Thread-safe. */
public final class OutgoingBodies {
    private final List<Translation> translations;
    private final TranslationBudget budget;

    /**
     * @param translations how jobs reach models of other urls
     */
    public OutgoingBodies(List<Translation> translations, WorkerConfig config) {
        this.translations = List.copyOf(translations);
        budget = TranslationBudget.of(config);
    }

    /**
     * Creates the body of a call.
     *
     * @param additions what is added to the body
     * @param served the endpoints that the model serves
     * @param isTooLate true once the call can no longer be sent; checked before a translation,
     *     which can wait for other translations
     */
    public OutgoingBody create(
            RequestLine line,
            Model model,
            BodyAdditions additions,
            Set<Endpoint> served,
            BooleanSupplier isTooLate) {
        if (served.contains(line.endpoint())) {
            byte[] body = BodyFields.ofJob(line, model, additions.maxOutputTokens());
            return sendable(line.endpoint(), body, Optional.empty(), additions);
        }
        return Translation.find(translations, line.endpoint(), served)
                .map(it -> translated(it, line, model, additions, isTooLate))
                .orElseGet(() -> notServed(line.endpoint(), served));
    }

    private OutgoingBody translated(
            Translation translation,
            RequestLine line,
            Model model,
            BodyAdditions additions,
            BooleanSupplier isTooLate) {
        Translation.Target target =
                target(translation.called(), line, model, additions.maxOutputTokens());
        return budget.within(
                        line.body().length(),
                        () ->
                                isTooLate.getAsBoolean()
                                        ? Optional.<Translation.Request>empty()
                                        : Optional.of(
                                                translation.request(
                                                        line.bytes(), line.body(), target)))
                .map(it -> outgoing(it, translation, line, model, additions))
                .orElseGet(OutgoingBody.TooLate::new);
    }

    private OutgoingBody outgoing(
            Translation.Request request,
            Translation translation,
            RequestLine line,
            Model model,
            BodyAdditions additions) {
        return switch (request) {
            case Translation.Request.Translated(var body, var omitted) ->
                    sendable(
                            translation.called(),
                            BodyFields.ofTranslated(body, line, model, translation.called()),
                            Optional.of(
                                    new AnswerTranslator(
                                            translation,
                                            omitted(translation, omitted, line),
                                            budget)),
                            additions);
            case Translation.Request.Refused(var fields) ->
                    new OutgoingBody.Refused(
                            "the request cannot be translated to "
                                    + translation.called().url()
                                    + ": "
                                    + fields.stream()
                                            .map(Translation.UntranslatableField::message)
                                            .collect(Collectors.joining("; ")));
        };
    }

    private static OutgoingBody sendable(
            Endpoint called,
            byte[] body,
            Optional<AnswerTranslator> translator,
            BodyAdditions additions) {
        AddedFields.Added added = additions.fields().addTo(body);
        return new OutgoingBody.Sendable(called, added.body(), translator, added.names());
    }

    /** Returns the paths of the fields that the provider does not receive. */
    private static List<String> omitted(
            Translation translation, List<String> fields, RequestLine line) {
        return Stream.concat(
                        fields.stream().map(it -> "body." + it),
                        line.options().headers().keySet().stream()
                                .filter(it -> !translation.called().accepts(it))
                                .map(it -> "headers." + it.text()))
                .toList();
    }

    /**
     * Returns the model and its output limit. The router normally adds the limit; it did not if it
     * planned the job without a translation, by an older configuration.
     */
    private static Translation.Target target(
            Endpoint called, RequestLine line, Model model, @Nullable Long addedLimit) {
        return new Translation.Target(
                model.upstreamModel(),
                OutputLimit.key(called, model),
                addedLimit == null
                        ? OutputLimit.defaultFor(line, called, model)
                                .orElse(model.defaultMaxTokens())
                        : addedLimit,
                model.parameters().toolCallIdPattern());
    }

    private static OutgoingBody notServed(Endpoint endpoint, Set<Endpoint> served) {
        return new OutgoingBody.Refused(
                "the model does not serve "
                        + endpoint.url()
                        + ", and such requests cannot be translated; it serves "
                        + served.stream().map(Endpoint::url).collect(Collectors.joining(", ")));
    }
}
