package dev.millrace.standalone.audit;

import static java.util.Comparator.comparing;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.router.policy.ActivePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads usage logs and computes what they cost and would cost. Used by one thread. */
final class Audit {
    private final Catalog catalog;
    private final String policyLabel;
    private final LoggedNames names;
    private final LogTotals totals;
    private final CheaperModels cheaper;
    private final PolicyCosts policyCosts;

    /**
     * Creates an audit.
     *
     * @param active policy for all requests, with every ramp at its first step
     */
    Audit(Catalog catalog, ActivePolicy active) {
        this.catalog = catalog;
        Policy policy = active.policy();
        policyLabel = active.name() + "@" + active.version();
        names = new LoggedNames(catalog);
        totals = new LogTotals(Bands.ofInput(catalog, policy), Bands.ofTotal(catalog), catalog);
        cheaper = new CheaperModels(catalog);
        policyCosts = new PolicyCosts(catalog, policy);
    }

    /** Reads a log to its end; see {@link LogTotals#read}. */
    void read(String name, InputStream log) throws IOException {
        totals.read(name, log);
    }

    /** Returns the figures of all logs that were read. */
    AuditFigures figures() {
        Map<Model, List<String>> namesOfModels = new LinkedHashMap<>();
        Map<String, Collection<RequestGroup>> groups = totals.groups();
        List<UnknownModel> unknown = new ArrayList<>();
        groups.forEach(
                (name, requests) -> {
                    LoggedNames.Match match = names.find(name);
                    match.model()
                            .ifPresentOrElse(
                                    it ->
                                            namesOfModels
                                                    .computeIfAbsent(it, _ -> new ArrayList<>())
                                                    .add(name),
                                    () -> unknown.add(unknown(name, match, requests)));
                });
        List<ModelFigures> models = new ArrayList<>();
        List<AuditFigures.UnpricedTier> unpriced = new ArrayList<>();
        namesOfModels.forEach(
                (model, of) -> {
                    var requests =
                            of.stream()
                                    .flatMap(it -> groups.getOrDefault(it, List.of()).stream())
                                    .toList();
                    models.add(figures(model, of, requests));
                    unpriced.addAll(unpriced(model, requests));
                });
        models.sort(comparing(ModelFigures::usd).reversed().thenComparing(it -> it.model().name()));
        unknown.sort(
                Comparator.comparingLong(UnknownModel::requests)
                        .reversed()
                        .thenComparing(UnknownModel::name));
        return new AuditFigures(
                totals.extent(), models, unknown, unpriced, policyLabel, catalog.version());
    }

    private static List<AuditFigures.UnpricedTier> unpriced(
            Model model, List<RequestGroup> groups) {
        var requests = new TreeMap<String, Long>();
        groups.forEach(
                group ->
                        group.unpricedTier(model)
                                .ifPresent(it -> requests.merge(it, group.requests(), Long::sum)));
        return requests.entrySet().stream()
                .map(it -> new AuditFigures.UnpricedTier(model, it.getKey(), it.getValue()))
                .toList();
    }

    private ModelFigures figures(Model model, List<String> of, List<RequestGroup> requests) {
        return new ModelFigures(
                model,
                of,
                count(requests),
                usage(requests),
                CheaperModels.cost(model, requests),
                spend(model, requests),
                cheaper.ofTier(model, requests),
                cheaper.ofAnyTier(model, requests),
                policyCost(model, requests));
    }

    private CostRange policyCost(Model model, List<RequestGroup> requests) {
        if (CheaperModels.isOfEmbeddings(model)) {
            BigDecimal usd = CheaperModels.cost(model, requests);
            return new CostRange(usd, usd, Set.of(model), 0);
        }
        return requests.stream()
                .map(it -> policyCosts.rangeOf(it, model))
                .reduce(CostRange.NONE, CostRange::plus);
    }

    private static Optional<ModelFigures.Spend> spend(Model model, List<RequestGroup> requests) {
        return requests.stream()
                .filter(RequestGroup::hasSpend)
                .map(it -> new ModelFigures.Spend(it.requests(), it.spentUsd(), it.costAt(model)))
                .reduce(ModelFigures.Spend::plus);
    }

    private static UnknownModel unknown(
            String name, LoggedNames.Match match, Collection<RequestGroup> requests) {
        return new UnknownModel(
                name,
                match.candidates(),
                count(requests),
                usage(requests),
                requests.stream()
                        .filter(RequestGroup::hasSpend)
                        .map(RequestGroup::spentUsd)
                        .reduce(BigDecimal::add));
    }

    private static long count(Collection<RequestGroup> requests) {
        return requests.stream().mapToLong(RequestGroup::requests).sum();
    }

    private static TokenUsage usage(Collection<RequestGroup> requests) {
        return requests.stream().map(RequestGroup::usage).reduce(TokenUsage.NONE, TokenUsage::plus);
    }
}
