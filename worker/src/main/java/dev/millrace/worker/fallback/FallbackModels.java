package dev.millrace.worker.fallback;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.Fallback;
import dev.millrace.contracts.header.JobCostLimit;
import dev.millrace.contracts.header.JobHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Finds the next model of a job's chain that can do the job. The router left out incapable models.
 * This class skips models without a configured provider or a topic, and models at which an attempt
 * can cost more than can be reserved for the job.
 *
 * @param models models whose provider is configured, by catalog name
 */
public record FallbackModels(Map<String, FallbackModel> models) {
    public FallbackModels {
        models = Map.copyOf(models);
    }

    /**
     * Returns the next model; empty at the end of the chain. A job never returns to a model.
     *
     * @param job its headers, with the highest amount that it can have spent
     * @param current the job's current model
     * @param reason why the job leaves the current model
     * @param now time from which the next model can be called
     * @param hasTopic whether the job topic of a model exists
     */
    public Optional<NextModel> after(
            JobHeaders job,
            Model current,
            ErrorCode reason,
            Instant now,
            Predicate<String> hasTopic) {
        List<String> chain = job.chain();
        var skipped = new ArrayList<Fallback>();
        for (int position = job.position() + 1; position < chain.size(); position++) {
            String name = chain.get(position);
            if (chain.indexOf(name) < position) {
                continue;
            }
            FallbackModel found = models.get(name);
            if (found == null || !hasTopic.test(name)) {
                skipped.add(new Fallback(name, ErrorCode.UNKNOWN_MODEL.code()));
            } else if (reason == ErrorCode.CONTEXT_LENGTH_EXCEEDED
                    && !mayBeLarger(found.model(), current)) {
                skipped.add(new Fallback(name, reason.code()));
            } else if (!coversAttempt(job, position, found.model(), now)) {
                skipped.add(new Fallback(name, ErrorCode.BUDGET_EXCEEDED.code()));
            } else {
                return Optional.of(new NextModel(position, found, skipped));
            }
        }
        return Optional.empty();
    }

    private static boolean coversAttempt(JobHeaders job, int position, Model model, Instant now) {
        JobCostLimit limit = job.costLimit();
        return limit == null
                || limit.atPrice(position, model.price().within(now, job.deadline()))
                        .allowsAttemptAt(position);
    }

    /** Returns false only if the model's window is known to be no larger. */
    private static boolean mayBeLarger(Model model, Model current) {
        OptionalLong window = model.contextWindow();
        OptionalLong tooSmall = current.contextWindow();
        return window.isEmpty() || tooSmall.isEmpty() || window.getAsLong() > tooSmall.getAsLong();
    }
}
