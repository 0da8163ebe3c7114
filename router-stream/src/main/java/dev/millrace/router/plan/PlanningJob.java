package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import dev.millrace.wire.translate.Translation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** A job while it is planned. Used by one thread. */
public final class PlanningJob {
    private final JobRequest request;
    private final Function<RequestLine, Profile> classifier;
    private final List<PlanAddition> additions;
    private final Profile profile;
    private final Map<Class<?>, Object> computed = new HashMap<>();
    private final Map<Translation, Translation.Preview> previews = new HashMap<>();

    /** Creates a job without additions to its plan. */
    public PlanningJob(JobRequest request, Function<RequestLine, Profile> classifier) {
        this(request, classifier, List.of());
    }

    /**
     * @param classifier classifies the request and its variants
     */
    PlanningJob(
            JobRequest request,
            Function<RequestLine, Profile> classifier,
            List<PlanAddition> additions) {
        this.request = request;
        this.classifier = classifier;
        this.additions = additions;
        profile = classifier.apply(request.line());
    }

    /** Returns the profile of a variant of the request. */
    public Profile classify(RequestLine variant) {
        return classifier.apply(variant);
    }

    /** Returns a feature's value of this type. Computes the value on the first call only. */
    public <T> T once(Class<T> type, Supplier<T> value) {
        return type.cast(computed.computeIfAbsent(type, _ -> value.get()));
    }

    /** Returns true if the job can be called although it is too long for the model's window. */
    boolean fitsInParts(Model model) {
        return additions.stream().anyMatch(it -> it.fits(this, model));
    }

    public JobRequest request() {
        return request;
    }

    public RequestLine line() {
        return request.line();
    }

    public Profile profile() {
        return profile;
    }

    /** Returns the findings of a translation. Translates the request on the first call only. */
    Translation.Preview preview(Translation translation) {
        return previews.computeIfAbsent(translation, it -> it.preview(line()));
    }
}
