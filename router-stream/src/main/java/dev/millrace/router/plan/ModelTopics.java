package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import java.util.Optional;

/** Knows which models' topics can be written to. Asked for each job, from any stream thread. */
public interface ModelTopics {
    /** Why no job can be given to a model, as the end of a sentence; empty when one can. */
    Optional<String> reasonAgainst(Model model);
}
