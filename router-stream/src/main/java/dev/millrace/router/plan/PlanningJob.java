package dev.millrace.router.plan;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import dev.millrace.wire.translate.Translation;
import dev.millrace.wire.translate.outcome.TranslationPreview;
import java.util.EnumMap;
import java.util.Map;

/** A job while it is planned. Used by one thread. */
final class PlanningJob {
    private final JobRequest request;
    private final Profile profile;
    private final Map<Translation, TranslationPreview> previews = new EnumMap<>(Translation.class);

    PlanningJob(JobRequest request, Profile profile) {
        this.request = request;
        this.profile = profile;
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

    /** Returns what a translation finds. Translates the request on the first call only. */
    TranslationPreview preview(Translation translation) {
        return previews.computeIfAbsent(translation, it -> it.preview(line()));
    }
}
