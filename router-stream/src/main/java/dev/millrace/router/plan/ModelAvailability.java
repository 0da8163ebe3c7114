package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import java.util.Optional;

/**
 * Finds out whether the topics of a model accept jobs. Called for each job, from any stream thread.
 */
public interface ModelAvailability {
    /** Returns why the model cannot receive jobs, such as "it has no topics"; empty when it can. */
    Optional<String> unavailableReason(Model model);
}
