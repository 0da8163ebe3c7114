package dev.millrace.router.plan;

import dev.millrace.contracts.job.PricedFields;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.ServiceTier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A field of a body that makes the cost of a call unknown.
 *
 * @param param path of the field, such as {@code body.service_tier}
 * @param reason the end of a sentence about an attempt
 */
record UnpricedField(String param, String reason) {
    /** Finds the first field of a job whose cost at a model has no bound. */
    static Optional<UnpricedField> find(PricedFields fields, Price price) {
        return tier(fields.tier(), price)
                .or(() -> tool(fields, price))
                .or(() -> fields.others().stream().findFirst().map(UnpricedField::other));
    }

    private static Optional<UnpricedField> tier(@Nullable String tier, Price price) {
        if (ServiceTier.ANY.equals(tier) || price.tier(tier).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(
                new UnpricedField(
                        "body.service_tier",
                        "the catalog has no price for the service tier "
                                + tier
                                + " (price.tiers); add it, or leave the field out"));
    }

    private static Optional<UnpricedField> tool(PricedFields fields, Price price) {
        for (var tool : fields.toolCalls().entrySet()) {
            if (!price.perCall().containsKey(tool.getKey())) {
                return Optional.of(
                        new UnpricedField(
                                "body.tools",
                                "the provider runs its tool "
                                        + tool.getKey()
                                        + ", and the catalog has no price for a call of it"
                                        + " (price.per_call)"));
            }
            if (tool.getValue().isEmpty()) {
                return Optional.of(
                        new UnpricedField(
                                "body.tools",
                                "nothing limits how often the provider runs its tool "
                                        + tool.getKey()
                                        + "; set max_uses of the tool, or max_tool_calls"));
            }
        }
        return Optional.empty();
    }

    private static UnpricedField other(String name) {
        return new UnpricedField(
                "body." + name, name + " may cost more than tokens, and the catalog has no price");
    }
}
