package dev.millrace.standalone.audit;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The requests of a model name missing from the catalog. No cost includes these requests.
 *
 * @param candidates the models that the name can mean, if several
 * @param spentUsd their cost in the log in US dollars; empty if the log has none
 */
record UnknownModel(
        String name,
        List<String> candidates,
        long requests,
        TokenUsage usage,
        Optional<BigDecimal> spentUsd) {}
