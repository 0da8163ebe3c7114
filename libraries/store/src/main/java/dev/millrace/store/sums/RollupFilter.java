package dev.millrace.store.sums;

import java.util.Optional;

/** The rollups that a question is about. An empty field matches every rollup. */
public record RollupFilter(
        Optional<String> tenant, Optional<String> model, Optional<String> provider) {

    public static RollupFilter of(Optional<String> tenant) {
        return new RollupFilter(tenant, Optional.empty(), Optional.empty());
    }
}
