package dev.millrace.standalone.audit;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/**
 * The requests of a name that the catalog does not have. No cost includes them.
 *
 * @param candidates the models that the name may mean, if there are several
 * @param spentUsd their cost by the log in US dollars; empty if it has none
 */
record UnknownModel(
        String name,
        List<String> candidates,
        long requests,
        TokenUsage usage,
        Optional<BigDecimal> spentUsd) {}
