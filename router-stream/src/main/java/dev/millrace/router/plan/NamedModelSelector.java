package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
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
     * model's window, or the model's provider is off, returns only the eligible fallbacks.
     */
    Plan select(PlanningJob job) {
        RequestLine line = job.line();
        List<Plan.Rejected> rejections = new ArrayList<>();
        String name = line.model();
        Optional<Model> found = serviceable.catalog().find(name);
        if (found.isEmpty()) {
            rejections.add(unknown(serviceable.names().unknown(name), "body.model"));
        }
        rejections.addAll(unknownFallbacks(line));
        found.filter(it -> !serviceable.isOff(it))
                .flatMap(eligibility::serviceRejection)
                .ifPresent(rejections::add);
        if (found.isEmpty() || !rejections.isEmpty()) {
            return Plan.Rejected.all(rejections);
        }
        return select(job, found.get());
    }

    private Plan select(PlanningJob job, Model model) {
        RequestLine line = job.line();
        Optional<Plan.Rejected> off = eligibility.serviceRejection(model);
        List<Plan.Rejected> rejections =
                off.map(List::of).orElseGet(() -> eligibility.rejections(job, model));
        boolean hasOtherProblem =
                rejections.stream().anyMatch(it -> it.error() != ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        if (off.isEmpty() && hasOtherProblem) {
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
        String replaced = off.isPresent() ? "provider-off" : "context-length";
        return new Plan.Routed(chain, rejections.isEmpty() ? routedBy(line, model) : replaced);
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
                                        "the fallback \""
                                                + it
                                                + "\" is not a model"
                                                + serviceable.names().similar(it),
                                        "millrace.fallback"))
                .toList();
    }

    private static Plan.Rejected unknown(String problem, String param) {
        return new Plan.Rejected(ErrorCode.UNKNOWN_MODEL, problem, param);
    }
}
