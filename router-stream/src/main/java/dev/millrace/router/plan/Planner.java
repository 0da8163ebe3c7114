package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides which model a job goes to. Safe on any thread when its predicate is. */
public final class Planner {
    private final Offer offer;
    private final Predicate<Model> hasTopic;

    /**
     * @param hasTopic whether a model's job topics exist; without them it cannot be routed to
     */
    public Planner(Offer offer, Predicate<Model> hasTopic) {
        this.offer = offer;
        this.hasTopic = hasTopic;
    }

    /** What becomes of the job now. */
    public Plan plan(RequestLine line, Instant now) {
        Plan choice = choose(line.model());
        return switch (choice) {
            case Plan.Refused refused -> refused;
            case Plan.Routed routed -> {
                Plan.Refused reason = reasonAgainst(line, routed.model(), now);
                yield reason == null ? routed : reason;
            }
        };
    }

    private Plan choose(String name) {
        boolean auto = name.equals(Model.AUTO);
        if (auto && offer.auto().isEmpty()) {
            return unknown("no policy says which model \"auto\" stands for");
        }
        AutoRoute route = offer.auto().orElse(null);
        Optional<Model> found = offer.catalog().find(auto && route != null ? route.model() : name);
        if (found.isEmpty()) {
            return unknown("no model is called \"" + name + "\"" + suggestion(name));
        }
        Model model = found.get();
        if (offer.endpointsOf(model).isEmpty()) {
            return unknown(
                    "the model "
                            + model.name()
                            + " is not in service: its provider "
                            + model.provider()
                            + " is not configured");
        }
        if (!hasTopic.test(model)) {
            return unknown("the model " + model.name() + " is not in service: it has no topics");
        }
        return new Plan.Routed(
                List.of(model), auto && route != null ? route.routedBy() : wayTo(model, name));
    }

    private static String wayTo(Model model, String name) {
        return model.name().equals(name) ? "catalog" : "alias";
    }

    private String suggestion(String name) {
        List<String> inService =
                offer.catalog().models().stream()
                        .filter(model -> !offer.endpointsOf(model).isEmpty())
                        .<String>mapMulti(
                                (model, out) -> {
                                    out.accept(model.name());
                                    model.aliases().forEach(out);
                                })
                        .toList();
        List<String> near = NearNames.of(name, inService);
        return near.isEmpty() ? "" : "; near it are " + String.join(", ", near);
    }

    private static Plan unknown(String message) {
        return new Plan.Refused(ErrorCode.UNKNOWN_MODEL, message, "body.model");
    }

    private Plan.@Nullable Refused reasonAgainst(RequestLine line, Model model, Instant now) {
        Set<Endpoint> answered = offer.endpointsOf(model);
        if (!answered.contains(line.endpoint())) {
            return new Plan.Refused(
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
                    "url");
        }
        Instant deadline = line.options().deadline();
        if (deadline != null && !now.isBefore(deadline)) {
            return new Plan.Refused(
                    ErrorCode.DEADLINE_EXCEEDED,
                    "the deadline " + deadline + " had passed when the job was planned, at " + now,
                    "millrace.deadline");
        }
        return CostCeiling.reasonAgainst(line, model);
    }
}
