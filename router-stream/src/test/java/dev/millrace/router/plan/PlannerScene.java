package dev.millrace.router.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.contracts.catalog.Capability;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.catalog.ModelParameters;
import dev.millrace.contracts.catalog.StreamMode;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Wire;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Cheapest;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.policy.When;
import dev.millrace.router.classify.Classifier;
import dev.millrace.router.classify.KnownProfile;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.wire.translate.Translation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A planner with its own models, a fixed profile and a mutable policy. */
public final class PlannerScene {
    static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    static final Model CHEAP = model("cheap", 1_000, Price.of("1", "1"));
    static final Model ABLE = model("able", 10_000, Price.of("5", "5"), Capability.TOOLS);
    static final Model LARGE = model("large", 100_000, Price.of("10", "10"), Capability.TOOLS);
    static final String LONG_BODY =
            "{\"model\":\"auto\",\"messages\":[{\"content\":\"" + "x".repeat(20_000) + "\"}]}";

    private static final Map<String, Set<Endpoint>> ENDPOINTS =
            Map.of(
                    "everything",
                    Endpoints.known().all(),
                    "openai",
                    Endpoints.known().ofWire(Wire.OPENAI),
                    "anthropic",
                    Set.of(Endpoint.MESSAGES));

    final Set<String> withoutTopics = new HashSet<>();
    Profile profile = KnownProfile.PLAIN;
    public Classifier classifier = (line, now) -> profile;
    Optional<ActivePolicy> active = Optional.empty();
    @Nullable BigDecimal budgetLeft;

    private final Planner planner;

    /**
     * @param endpoints the urls that each provider serves
     */
    PlannerScene(Catalog catalog, Map<String, Set<Endpoint>> endpoints) {
        this(catalog, endpoints, List.of(), _ -> new PlanAddition() {});
    }

    private PlannerScene(
            Catalog catalog,
            Map<String, Set<Endpoint>> endpoints,
            List<Translation> translations,
            Function<ServiceableModels, PlanAddition> addition) {
        var models =
                new ServiceableModels(
                        new ModelNames(
                                catalog,
                                endpoints.keySet(),
                                Map.of("locked", "environment variable LOCKED_KEY is not set")),
                        endpoints,
                        translations);
        planner =
                new Planner(
                        models,
                        model ->
                                withoutTopics.contains(model.name())
                                        ? Optional.of("its topic is missing")
                                        : Optional.empty(),
                        (line, now) -> classifier.classify(line, now),
                        List.of(addition.apply(models)));
    }

    PlannerScene(Catalog catalog) {
        this(catalog, ENDPOINTS);
    }

    /** Creates the planner of a router with one feature. */
    public static PlannerScene of(
            Function<ServiceableModels, PlanAddition> addition, Model... models) {
        return new PlannerScene(Catalog.of(Arrays.asList(models)), ENDPOINTS, List.of(), addition);
    }

    public static PlannerScene of(Model... models) {
        return new PlannerScene(Catalog.of(Arrays.asList(models)));
    }

    /** Creates a planner with translations. */
    static PlannerScene translating(List<Translation> translations, Model... models) {
        return new PlannerScene(
                Catalog.of(Arrays.asList(models)),
                ENDPOINTS,
                translations,
                _ -> new PlanAddition() {});
    }

    /** Returns a model of the provider {@code everything} with a window and capabilities. */
    public static Model model(String name, long window, Price price, Capability... capabilities) {
        return Model.of(name, "everything", price)
                .withCapabilities(Set.of(capabilities))
                .withTokens(Model.Tokens.ofWindow(window));
    }

    /** Returns a model of the provider {@code openai} with declared urls and parameters. */
    static Model declared(String name, Set<Endpoint> urls, ModelParameters parameters) {
        return Model.of(name, "openai", Price.of("0.1", "0.1"))
                .served(new Model.Upstream("openai", name, urls, StreamMode.AUTO, parameters));
    }

    /** Returns a condition on the tenant. */
    static When tenant(String name) {
        return condition(Set.of(), Set.of(name), Map.of());
    }

    /** Returns a condition on priority, tenant and metadata; an empty one is not checked. */
    static When condition(
            Set<Priority> priority, Set<String> tenant, Map<String, Set<String>> metadata) {
        return new When(
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                priority,
                tenant,
                metadata,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns the condition that the tenant has at least this amount left. */
    static When budgetLeft(String atLeast) {
        return new When(
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new When.AtLeast(new BigDecimal(atLeast))));
    }

    /** Returns a rule without a condition. */
    static Rule use(String... models) {
        return new Rule(
                Optional.empty(),
                List.of(models),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** Returns a rule that takes the cheapest model in service. */
    static Rule cheapest() {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(new Cheapest(List.of(), Set.of())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    void policy(Rule... rules) {
        active = Optional.of(ActivePolicy.of("default", "v7", new Policy(List.of(rules))));
    }

    Planner planner() {
        return planner;
    }

    public Plan plan(RequestLine line) {
        return planner.plan(
                new JobRequest(JobId.of("acme", "b", "a"), "acme", line, false, () -> budgetLeft),
                active,
                NOW);
    }

    /** Plans a chat job for {@code auto} with the given options. */
    Plan auto(String options) {
        return plan(Requests.line("/v1/chat/completions", "{\"model\":\"auto\"}", options));
    }

    public static Plan.Routed routed(Plan plan) {
        return assertThat(plan).asInstanceOf(type(Plan.Routed.class)).actual();
    }

    public static Plan.Rejected rejected(Plan plan) {
        return assertThat(plan).asInstanceOf(type(Plan.Rejected.class)).actual();
    }
}
