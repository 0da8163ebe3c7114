package dev.millrace.router.plan;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What becomes of an acceptable job. */
public sealed interface Plan {

    /**
     * It is to be sent to a model.
     *
     * @param chain models to try, first choice first; at least one
     * @param routedBy what chose the first, such as {@code catalog}, {@code alias}, {@code
     *     context-length} or {@code default/6@v7}
     */
    record Routed(List<Model> chain, String routedBy) implements Plan {
        public Routed {
            chain = List.copyOf(chain);
        }

        /** The first choice. */
        public Model model() {
            return chain.getFirst();
        }
    }

    /**
     * It ends here, with an error.
     *
     * @param message for a person, in one sentence
     * @param param the key of the request that it is about; null for none
     */
    record Refused(ErrorCode error, String message, @Nullable String param) implements Plan {
        /** Several reasons as one: the first one's code and key, and what all say. */
        static Refused all(List<Refused> reasons) {
            Refused first = reasons.getFirst();
            String message =
                    reasons.stream()
                            .map(Refused::message)
                            .distinct()
                            .collect(Collectors.joining("; "));
            return new Refused(first.error(), message, first.param());
        }
    }
}
