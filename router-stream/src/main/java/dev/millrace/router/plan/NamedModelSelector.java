package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.message.SimilarNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Selects the models for a job that names its model. */
final class NamedModelSelector {
    private final ServiceableModels serviceable;
    private final ModelEligibility eligibility;

    NamedModelSelector(ServiceableModels serviceable, ModelEligibility eligibility) {
        this.serviceable = serviceable;
        this.eligibility = eligibility;
    }

    /**
     * Returns the named model and its eligible fallbacks. When the job does not fit into the named
     * model's window, returns only the eligible fallbacks.
     */
    Plan select(PlanningJob job) {
        RequestLine line = job.line();
        List<Plan.Rejected> rejections = new ArrayList<>();
        String name = line.model();
        Optional<Model> found = serviceable.catalog().find(name);
        if (found.isEmpty()) {
            rejections.add(unknown("no model is called \"" + name + "\"", name, "body.model"));
        }
        rejections.addAll(unknownFallbacks(line));
        found.flatMap(eligibility::serviceRejection).ifPresent(rejections::add);
        if (found.isEmpty() || !rejections.isEmpty()) {
            return Plan.Rejected.all(rejections);
        }
        return select(job, found.get());
    }

    private Plan select(PlanningJob job, Model model) {
        RequestLine line = job.line();
        List<Plan.Rejected> rejections = eligibility.rejections(job, model);
        boolean onlyTooLong =
                rejections.stream().allMatch(it -> it.error() == ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        if (!onlyTooLong) {
            return Plan.Rejected.all(rejections);
        }
        List<Model> chain = new ArrayList<>();
        if (rejections.isEmpty()) {
            chain.add(model);
        }
        for (Model fallback : fallbacks(line, model)) {
            if (eligibility.isInService(fallback) && eligibility.isEligible(job, fallback)) {
                chain.add(fallback);
            }
        }
        if (chain.isEmpty()) {
            return rejections.getFirst();
        }
        return new Plan.Routed(
                chain, rejections.isEmpty() ? routedBy(line, model) : "context-length");
    }

    private static String routedBy(RequestLine line, Model model) {
        return model.name().equals(line.model()) ? "catalog" : "alias";
    }

    private List<Model> fallbacks(RequestLine line, Model model) {
        List<String> requested = line.options().fallback();
        return requested == null
                ? serviceable.catalog().fallbackChainOf(model)
                : requested.stream()
                        .flatMap(it -> serviceable.catalog().find(it).stream())
                        .distinct()
                        .filter(it -> !it.equals(model))
                        .toList();
    }

    private List<Plan.Rejected> unknownFallbacks(RequestLine line) {
        List<String> requested = line.options().fallback();
        if (requested == null) {
            return List.of();
        }
        return requested.stream()
                .filter(it -> serviceable.catalog().find(it).isEmpty())
                .map(
                        it ->
                                unknown(
                                        "the fallback \"" + it + "\" is not a model",
                                        it,
                                        "millrace.fallback"))
                .toList();
    }

    private Plan.Rejected unknown(String problem, String name, String param) {
        List<String> similar = SimilarNames.of(name, serviceable.namesInService());
        return new Plan.Rejected(
                ErrorCode.UNKNOWN_MODEL,
                similar.isEmpty()
                        ? problem
                        : problem + "; similar names: " + String.join(", ", similar),
                param);
    }
}
