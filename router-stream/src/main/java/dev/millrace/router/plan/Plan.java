package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.job.Buy;
import dev.millrace.contracts.policy.RuleCache;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The planning decision for a valid job. */
public sealed interface Plan {

    /**
     * The job is routed to a model.
     *
     * @param chain eligible models, first choice first; at least one
     * @param routedBy the reason for the first choice: {@code catalog}, {@code alias}, {@code
     *     context-length}, or a rule such as {@code default/6@v7}
     * @param cache settings of the rule for the answer cache; empty if it has none
     * @param buy how the rule buys the calls of jobs that do not say how; empty if it does not say
     * @param costLimit highest cost of the job; empty if nothing limits its cost
     * @param split how its document is divided, as stored; empty if the job itself is called
     */
    record Routed(
            List<Model> chain,
            String routedBy,
            Optional<RuleCache> cache,
            Optional<Buy> buy,
            Optional<JobCostLimit> costLimit,
            Optional<String> split)
            implements Plan {
        public Routed {
            chain = List.copyOf(chain);
        }

        Routed(List<Model> chain, String routedBy) {
            this(chain, routedBy, Optional.empty(), Optional.empty());
        }

        Routed(List<Model> chain, String routedBy, Optional<RuleCache> cache, Optional<Buy> buy) {
            this(chain, routedBy, cache, buy, Optional.empty(), Optional.empty());
        }

        /** Returns a copy with a highest cost. */
        Routed with(JobCostLimit limit) {
            return new Routed(chain, routedBy, cache, buy, Optional.of(limit), split);
        }

        /** Returns the first choice. */
        public Model model() {
            return chain.getFirst();
        }
    }

    /**
     * The job ends with an error.
     *
     * @param message one sentence for the user
     * @param param the wrong key of the request; null for none
     */
    record Rejected(ErrorCode error, String message, @Nullable String param) implements Plan {
        /** Combines rejections: all messages, with code and key of the first. */
        static Rejected all(List<Rejected> rejections) {
            Rejected first = rejections.getFirst();
            String message =
                    rejections.stream()
                            .map(Rejected::message)
                            .distinct()
                            .collect(Collectors.joining("; "));
            return new Rejected(first.error(), message, first.param());
        }
    }
}
