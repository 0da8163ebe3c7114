package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.waiting.LatestStart;
import dev.millrace.router.classify.Profile;
import dev.millrace.wire.translate.Translation;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** A job while it is planned. Used by one thread. */
public final class PlanningJob {
    private final JobRequest request;
    private final Instant now;
    private final Function<RequestLine, Profile> classifier;
    private final List<PlanAddition> additions;
    private final Profile profile;
    private final Map<Class<?>, Object> computed = new HashMap<>();
    private final Map<Translation, Translation.Preview> previews = new HashMap<>();

    /** Creates a job without additions to its plan. */
    public PlanningJob(JobRequest request, Instant now, Function<RequestLine, Profile> classifier) {
        this(request, now, classifier, List.of());
    }

    /**
     * @param classifier classifies the request and its variants
     */
    PlanningJob(
            JobRequest request,
            Instant now,
            Function<RequestLine, Profile> classifier,
            List<PlanAddition> additions) {
        this.request = request;
        this.now = now;
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

    /** Returns the time of planning. */
    Instant now() {
        return now;
    }

    /**
     * Returns the latest time at which the job starts: now, unless it can wait for a lower price.
     *
     * @param ofRule how its rule buys jobs that do not say how
     */
    Instant latestStart(Optional<Buy> ofRule) {
        return line().buy(ofRule) == Buy.STANDARD
                ? now
                : LatestStart.of(
                        Buy.doneBy(line().options().deadline(), now), LatestStart.UNMEASURED);
    }

    /** Returns a model's price in the hours in which the job can be called. */
    Price price(Model model) {
        return model.price().within(now, line().options().deadline());
    }

    /**
     * Returns the highest cost of one attempt at a model.
     *
     * @param called the endpoint of the model that is called for the job
     */
    public WorstCaseCost worstCase(Model model, Endpoint called) {
        return WorstCaseCost.of(model, called, profile, line().pricedFields())
                .within(now, line().options().deadline());
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
