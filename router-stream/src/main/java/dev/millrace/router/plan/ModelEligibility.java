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

/**
 * Decides whether a model can process a job: the model is in service, serves the url, stays below
 * the cost ceiling, and its context window is large enough.
 */
final class ModelEligibility {
    private final ServiceableModels serviceable;
    private final ModelAvailability topics;

    ModelEligibility(ServiceableModels serviceable, ModelAvailability topics) {
        this.serviceable = serviceable;
        this.topics = topics;
    }

    boolean isInService(Model model) {
        return !serviceable.endpointsOf(model).isEmpty()
                && topics.unavailableReason(model).isEmpty();
    }

    /** Returns a rejection when the model is out of service, else empty. */
    Optional<Plan.Rejected> serviceRejection(Model model) {
        if (serviceable.endpointsOf(model).isEmpty()) {
            return Optional.of(
                    outOfService(model, "its provider " + model.provider() + " is not configured"));
        }
        return topics.unavailableReason(model).map(reason -> outOfService(model, reason));
    }

    private static Plan.Rejected outOfService(Model model, String reason) {
        return new Plan.Rejected(
                ErrorCode.UNKNOWN_MODEL,
                "the model " + model.name() + " is not in service: " + reason,
                "body.model");
    }

    /**
     * Returns every reason why a model that is in service cannot process the job, with the context
     * window last.
     */
    List<Plan.Rejected> rejections(RequestLine line, Profile profile, Model model) {
        List<Plan.Rejected> rejections = new ArrayList<>();
        checkUrl(line, model).ifPresent(rejections::add);
        CostCeilingCheck.check(line.options().maxCostUsd(), profile, model)
                .ifPresent(rejections::add);
        ContextWindowCheck.check(line, profile, model).ifPresent(rejections::add);
        return rejections;
    }

    /** Returns true when a model that is in service can process the job. */
    boolean isEligible(RequestLine line, Profile profile, Model model) {
        return rejections(line, profile, model).isEmpty();
    }

    private Optional<Plan.Rejected> checkUrl(RequestLine line, Model model) {
        Set<Endpoint> served = serviceable.endpointsOf(model);
        if (served.contains(line.endpoint())) {
            return Optional.empty();
        }
        return Optional.of(
                new Plan.Rejected(
                        ErrorCode.VALIDATION_ERROR,
                        "the model "
                                + model.name()
                                + " does not serve "
                                + line.endpoint().url()
                                + ", and translation is not supported yet; it serves "
                                + served.stream()
                                        .sorted()
                                        .map(Endpoint::url)
                                        .collect(Collectors.joining(", ")),
                        "url"));
    }
}
