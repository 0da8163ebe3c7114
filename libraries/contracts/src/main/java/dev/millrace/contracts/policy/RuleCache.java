package dev.millrace.contracts.policy;

import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.contracts.job.CacheMode;
import java.util.Optional;

/**
 * Settings of the answer cache for jobs that a rule routes; they override the router's settings.
 *
 * @param mode cache mode of jobs that set none
 * @param shared true if a tenant may get answers that another tenant paid for
 */
public record RuleCache(Optional<CacheMode> mode, Optional<Boolean> shared) {
    public RuleCache {
        require(
                mode.isPresent() || shared.isPresent(),
                "mode",
                "is required, unless shared is set");
    }
}
