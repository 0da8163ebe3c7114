package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The model of a job that names one, and what stands in for it. */
final class NamedChoice {
    private final Offer offer;
    private final Fitness fitness;

    NamedChoice(Offer offer, Fitness fitness) {
        this.offer = offer;
        this.fitness = fitness;
    }

    /**
     * The named model, or when the job does not fit into its window the first of its fallbacks that
     * it fits into; then the other fallbacks that can do it.
     */
    Plan choose(RequestLine line, Profile profile) {
        List<Plan.Refused> reasons = new ArrayList<>();
        String name = line.model();
        Optional<Model> found = offer.catalog().find(name);
        if (found.isEmpty()) {
            reasons.add(unknown("no model is called \"" + name + "\"", name, "body.model"));
        }
        reasons.addAll(unknownFallbacks(line));
        found.flatMap(fitness::serviceReason).ifPresent(reasons::add);
        if (found.isEmpty() || !reasons.isEmpty()) {
            return Plan.Refused.all(reasons);
        }
        return choose(line, profile, found.get());
    }

    private Plan choose(RequestLine line, Profile profile, Model model) {
        List<Plan.Refused> reasons = fitness.reasonsAgainst(line, profile, model);
        boolean onlyTooLong =
                reasons.stream().allMatch(it -> it.error() == ErrorCode.CONTEXT_LENGTH_EXCEEDED);
        if (!onlyTooLong) {
            return Plan.Refused.all(reasons);
        }
        List<Model> chain = new ArrayList<>();
        if (reasons.isEmpty()) {
            chain.add(model);
        }
        for (Model fallback : fallbacks(line, model)) {
            if (fitness.isInService(fallback) && fitness.isAble(line, profile, fallback)) {
                chain.add(fallback);
            }
        }
        if (chain.isEmpty()) {
            return reasons.getFirst();
        }
        return new Plan.Routed(chain, reasons.isEmpty() ? how(line, model) : "context-length");
    }

    private static String how(RequestLine line, Model model) {
        return model.name().equals(line.model()) ? "catalog" : "alias";
    }

    private List<Model> fallbacks(RequestLine line, Model model) {
        List<String> said = line.options().fallback();
        return said == null
                ? offer.catalog().fallbackChainOf(model)
                : said.stream()
                        .flatMap(it -> offer.catalog().find(it).stream())
                        .distinct()
                        .filter(it -> !it.equals(model))
                        .toList();
    }

    private List<Plan.Refused> unknownFallbacks(RequestLine line) {
        List<String> said = line.options().fallback();
        if (said == null) {
            return List.of();
        }
        return said.stream()
                .filter(it -> offer.catalog().find(it).isEmpty())
                .map(
                        it ->
                                unknown(
                                        "the fallback \"" + it + "\" is no model",
                                        it,
                                        "millrace.fallback"))
                .toList();
    }

    private Plan.Refused unknown(String problem, String name, String param) {
        List<String> near = NearNames.of(name, offer.namesInService());
        return new Plan.Refused(
                ErrorCode.UNKNOWN_MODEL,
                near.isEmpty() ? problem : problem + "; near it are " + String.join(", ", near),
                param);
    }
}
