package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a model can do a job: it is in service, answers the url, and has room for it. */
final class Fitness {
    private final Offer offer;
    private final ModelTopics topics;

    Fitness(Offer offer, ModelTopics topics) {
        this.offer = offer;
        this.topics = topics;
    }

    boolean isInService(Model model) {
        return !offer.endpointsOf(model).isEmpty() && topics.reasonAgainst(model).isEmpty();
    }

    /** Why nobody can use a model now; empty when it is in service. */
    Optional<Plan.Refused> serviceReason(Model model) {
        if (offer.endpointsOf(model).isEmpty()) {
            return Optional.of(
                    outOfService(model, "its provider " + model.provider() + " is not configured"));
        }
        return topics.reasonAgainst(model).map(reason -> outOfService(model, reason));
    }

    private static Plan.Refused outOfService(Model model, String reason) {
        return new Plan.Refused(
                ErrorCode.UNKNOWN_MODEL,
                "the model " + model.name() + " is not in service: " + reason,
                "body.model");
    }

    /** Every reason why a model that is in service cannot do this job, the window's last. */
    List<Plan.Refused> reasonsAgainst(RequestLine line, Profile profile, Model model) {
        List<Plan.Refused> reasons = new ArrayList<>();
        urlReason(line, model).ifPresent(reasons::add);
        CostCeiling.reasonAgainst(line.options().maxCostUsd(), profile, model)
                .ifPresent(reasons::add);
        Window.reasonAgainst(line, profile, model).ifPresent(reasons::add);
        return reasons;
    }

    /** Whether a model that is in service can do this job. */
    boolean isAble(RequestLine line, Profile profile, Model model) {
        return reasonsAgainst(line, profile, model).isEmpty();
    }

    private Optional<Plan.Refused> urlReason(RequestLine line, Model model) {
        Set<Endpoint> answered = offer.endpointsOf(model);
        if (answered.contains(line.endpoint())) {
            return Optional.empty();
        }
        return Optional.of(
                new Plan.Refused(
                        ErrorCode.VALIDATION_ERROR,
                        "the model "
                                + model.name()
                                + " does not answer "
                                + line.endpoint().url()
                                + ", and translation is not yet supported; it answers "
                                + answered.stream()
                                        .sorted()
                                        .map(Endpoint::url)
                                        .collect(Collectors.joining(", ")),
                        "url"));
    }
}
