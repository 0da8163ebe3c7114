package dev.millrace.router.plan;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.LazyValue;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.document.Document;
import dev.millrace.wire.translate.Translation;
import dev.millrace.wire.translate.outcome.TranslationPreview;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A job while it is planned. Used by one thread. */
final class PlanningJob {
    private final JobRequest request;
    private final Profile profile;
    private final LazyValue<Optional<Document>> document;
    private final LazyValue<Profile> prompt;
    private final Map<Translation, TranslationPreview> previews = new EnumMap<>(Translation.class);

    /**
     * @param classifier classifies the request, and the request without its document
     */
    PlanningJob(JobRequest request, Function<RequestLine, Profile> classifier) {
        this.request = request;
        profile = classifier.apply(request.line());
        document = new LazyValue<>(() -> Document.of(request.line()));
        prompt =
                new LazyValue<>(
                        () -> classifier.apply(document.get().orElseThrow().withoutDocument()));
    }

    /** Returns the document of a job that can be split; empty for any other job. */
    Optional<Document> document() {
        return line().options().split() == null ? Optional.empty() : document.get();
    }

    /** Returns the profile of the request without its document, which must exist. */
    Profile prompt() {
        return prompt.get();
    }

    JobRequest request() {
        return request;
    }

    RequestLine line() {
        return request.line();
    }

    Profile profile() {
        return profile;
    }

    /** Returns the findings of a translation. Translates the request on the first call only. */
    TranslationPreview preview(Translation translation) {
        return previews.computeIfAbsent(translation, it -> it.preview(line()));
    }
}
