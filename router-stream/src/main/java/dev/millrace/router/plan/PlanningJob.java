package dev.millrace.router.plan;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import dev.millrace.wire.translate.Translation;
import dev.millrace.wire.translate.outcome.UntranslatableField;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A job while it is planned. Used by one thread. */
final class PlanningJob {
    private final JobRequest request;
    private final Profile profile;
    private final Map<Translation, List<UntranslatableField>> problems =
            new EnumMap<>(Translation.class);

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

    /**
     * Returns the fields that prevent a translation. Translates the request on the first call, and
     * keeps only these fields.
     */
    List<UntranslatableField> problems(Translation translation) {
        return problems.computeIfAbsent(translation, it -> it.problems(line()));
    }
}
