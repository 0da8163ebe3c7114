package dev.millrace.standalone.audit;

import static java.util.Comparator.comparing;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the cheapest catalog model that could replace another model: it has all capabilities of the
 * other model, and is large enough for the largest request in the log. Does not consider the
 * quality of answers. Embedding models have no replacement, because their vectors differ.
 */
final class CheaperModels {
    private final Catalog catalog;

    CheaperModels(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * A cheaper model.
     *
     * @param usd cost of the tokens at this model, in US dollars
     */
    record Choice(Model model, BigDecimal usd) {}

    /** Returns the cheapest replacement of equal or higher tier, if any is cheaper. */
    Optional<Choice> ofTier(Model current, Collection<RequestGroup> requests) {
        return cheapest(current, requests, it -> it.tier().compareTo(current.tier()) <= 0);
    }

    /** Returns the cheapest replacement of any tier, if any is cheaper. */
    Optional<Choice> ofAnyTier(Model current, Collection<RequestGroup> requests) {
        return cheapest(current, requests, _ -> true);
    }

    /** Returns true for a model that serves embeddings only. */
    static boolean isOfEmbeddings(Model model) {
        return !model.urls().isEmpty() && model.urls().stream().noneMatch(Endpoint::generates);
    }

    static BigDecimal cost(Model model, Collection<RequestGroup> requests) {
        return requests.stream()
                .map(it -> it.costAt(model))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private Optional<Choice> cheapest(
            Model current, Collection<RequestGroup> requests, Predicate<Model> isOfTier) {
        if (isOfEmbeddings(current)) {
            return Optional.empty();
        }
        long total = requests.stream().mapToLong(RequestGroup::largestTotal).max().orElse(0);
        long output = requests.stream().mapToLong(RequestGroup::largestOutput).max().orElse(0);
        BigDecimal now = cost(current, requests);
        return catalog.models().stream()
                .filter(isOfTier)
                .filter(it -> !isOfEmbeddings(it))
                .filter(it -> it.capabilities().containsAll(current.capabilities()))
                .filter(it -> it.contextWindow().orElse(Long.MAX_VALUE) >= total)
                .filter(it -> it.maxOutputTokens().orElse(Long.MAX_VALUE) >= output)
                .map(it -> new Choice(it, cost(it, requests)))
                .filter(it -> it.usd().compareTo(now) < 0)
                .min(comparing(Choice::usd));
    }
}
