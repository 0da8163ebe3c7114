package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.catalog.ModelParameters.UnacceptableKey;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.wire.translate.Translation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides whether a model can process a job. The model must be in service, serve the job's url or
 * one that the job can be translated for, and accept the keys of the body and its output limit. Its
 * cost must stay below the ceiling, and its context window must be large enough.
 */
final class ModelEligibility {
    private static final String MAX_TOKENS = "max_tokens";

    private final ServiceableModels serviceable;
    private final ModelAvailability topics;

    ModelEligibility(ServiceableModels serviceable, ModelAvailability topics) {
        this.serviceable = serviceable;
        this.topics = topics;
    }

    boolean isInService(Model model) {
        return serviceable.names().isInService(model) && topics.unavailableReason(model).isEmpty();
    }

    /**
     * Returns a rejection when the model's provider is not configured, or is off, else empty. A job
     * of a model without topics can wait for them.
     */
    Optional<Plan.Rejected> serviceRejection(Model model) {
        return serviceable
                .names()
                .providerProblem(model)
                .map(
                        reason ->
                                new Plan.Rejected(
                                        ErrorCode.UNKNOWN_MODEL,
                                        ModelNames.outOfService(model.name(), reason),
                                        "body.model"));
    }

    /** Returns an eligibility for which every model has topics. */
    ModelEligibility withoutTopics() {
        return new ModelEligibility(serviceable, _ -> Optional.empty());
    }

    /**
     * Returns every reason why a model that is in service cannot process the job, with the context
     * window last.
     */
    List<Plan.Rejected> rejections(PlanningJob job, Model model) {
        Endpoint called = serviceable.called(job.line().endpoint(), model);
        List<Plan.Rejected> rejections = new ArrayList<>(checkUrl(job, model));
        rejections.addAll(unacceptableKeys(job, model));
        OutputLimitCheck.check(job.line(), model).ifPresent(rejections::add);
        CostCeilingCheck.check(job, called, model).ifPresent(rejections::add);
        ContextWindowCheck.check(job, called, model).ifPresent(rejections::add);
        return rejections;
    }

    /** Returns true when a model that is in service can process the job. */
    boolean isEligible(PlanningJob job, Model model) {
        return rejections(job, model).isEmpty();
    }

    private List<Plan.Rejected> checkUrl(PlanningJob job, Model model) {
        Endpoint url = job.line().endpoint();
        if (serviceable.endpointsOf(model).contains(url)) {
            return List.of();
        }
        return serviceable
                .translation(url, model)
                .map(it -> untranslatable(job, it))
                .orElseGet(() -> List.of(notServed(url, model)));
    }

    private static List<Plan.Rejected> untranslatable(PlanningJob job, Translation translation) {
        return job.preview(translation).refused().stream()
                .map(field -> untranslatable(translation, field.message(), field.path()))
                .toList();
    }

    private static Plan.Rejected untranslatable(
            Translation translation, String reason, String param) {
        return new Plan.Rejected(
                ErrorCode.VALIDATION_ERROR,
                "the request cannot be translated to " + translation.called().url() + ": " + reason,
                param);
    }

    private Plan.Rejected notServed(Endpoint url, Model model) {
        return new Plan.Rejected(
                ErrorCode.VALIDATION_ERROR,
                "the model "
                        + model.name()
                        + " does not serve "
                        + url.url()
                        + ", and such requests cannot be translated; it serves "
                        + serviceable.endpointsOf(model).stream()
                                .map(Endpoint::url)
                                .collect(Collectors.joining(", "))
                        + advice(url, model),
                "url");
    }

    /**
     * Returns configuration advice if the provider offers the url, but the model does not declare
     * it.
     */
    private String advice(Endpoint endpoint, Model model) {
        if (!serviceable.offeredFor(model).contains(endpoint)) {
            return "";
        }
        String setting = "models." + model.name() + ".urls";
        return model.urls().isEmpty()
                ? "; if it can, set " + setting + ": [" + endpoint.url() + "]"
                : "; if it can, add " + endpoint.url() + " to " + setting;
    }

    /** Returns a rejection for each key of the body to send that the model does not accept. */
    private List<Plan.Rejected> unacceptableKeys(PlanningJob job, Model model) {
        if (model.parameters().isDefault()) {
            return List.of();
        }
        RequestLine line = job.line();
        return serviceable
                .translation(line.endpoint(), model)
                .map(it -> unacceptableKeys(job, model, it))
                .orElseGet(() -> unacceptableKeys(line, model));
    }

    private static List<Plan.Rejected> unacceptableKeys(RequestLine line, Model model) {
        var keys = line.keysWithValue(model.parameters().names());
        Endpoint called = line.endpoint();
        Optional<String> added =
                OutputLimit.defaultFor(line, called, model).isPresent()
                        ? Optional.of(OutputLimit.keyOfWire(called, model))
                        : Optional.empty();
        added.ifPresent(keys::add);
        return model.parameters().problemsOf(keys).stream()
                .map(
                        it ->
                                unacceptable(
                                        line,
                                        it,
                                        model,
                                        added.filter(it.key()::equals).isPresent()))
                .toList();
    }

    /** An added output limit is a key of the body to send, but not the job's. */
    private static Plan.Rejected unacceptable(
            RequestLine line, UnacceptableKey problem, Model model, boolean isAdded) {
        String reason = "the model " + model.name() + " " + problem.reason();
        boolean hasCeiling = line.options().maxCostUsd() != null;
        return isAdded
                ? new Plan.Rejected(
                        ErrorCode.VALIDATION_ERROR,
                        (hasCeiling ? "max_cost_usd" : "a budget")
                                + " adds an output limit to the body, but "
                                + reason,
                        hasCeiling ? "millrace.max_cost_usd" : "body")
                : new Plan.Rejected(ErrorCode.VALIDATION_ERROR, reason, "body." + problem.key());
    }

    /** A translated body has the keys of the model's API, not of the job's API. */
    private static List<Plan.Rejected> unacceptableKeys(
            PlanningJob job, Model model, Translation translation) {
        var keys = new HashSet<>(job.preview(translation).keys());
        if (keys.remove(MAX_TOKENS)) {
            keys.add(OutputLimit.key(translation.called(), model));
        }
        return model.parameters().problemsOf(keys).stream()
                .map(
                        it ->
                                untranslatable(
                                        translation,
                                        "the model " + model.name() + " " + it.reason(),
                                        "body"))
                .toList();
    }
}
