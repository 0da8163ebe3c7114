package dev.millrace.standalone.retry;

import dev.millrace.contracts.job.Names;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.standalone.console.UserError;
import dev.millrace.store.database.DatabaseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Chooses the name of a batch that repeats the failed jobs of another. */
final class RetryNames {
    private static final Pattern RETRY = Pattern.compile("(.*)\\.retry-(\\d{1,6})");

    private RetryNames() {}

    /**
     * Returns the name of the batch that repeats failed jobs. A batch has at most one retry, which
     * continues under its name. So jobs that succeeded in the retry are not called again. Of
     * retries started concurrently, the first recorded one counts.
     *
     * @param given name that the user gave; null for none
     * @throws UserError if the name is unusable, or the batch has a retry with another name
     */
    static String choose(BatchReader reader, BatchKey batch, @Nullable String given)
            throws DatabaseException {
        String name = given == null ? next(batch.batch()) : given;
        Names.batchProblem(name)
                .ifPresent(
                        problem -> {
                            throw UserError.usage("--as: the name " + problem);
                        });
        List<String> retries = reader.retries(batch);
        if (!retries.isEmpty() && !retries.getFirst().equals(given)) {
            throw alreadyRetried(batch, retries.getFirst());
        }
        if (retries.isEmpty() && reader.exists(new BatchKey(batch.tenant(), name))) {
            throw UserError.usage(
                    "There is already a batch %s; name the new batch with --as".formatted(name));
        }
        return name;
    }

    static UserError alreadyRetried(BatchKey batch, String retryName) {
        return UserError.usage(
                "Batch %s was already retried as %s. Repeat the failed jobs of that batch, or continue it with --as %s"
                        .formatted(batch.batch(), retryName, retryName));
    }

    /** Returns {@code b.retry-1} for {@code b}, and {@code b.retry-2} for that. */
    static String next(String batch) {
        Matcher retry = RETRY.matcher(batch);
        return retry.matches()
                ? retry.group(1) + ".retry-" + (Integer.parseInt(retry.group(2)) + 1)
                : batch + ".retry-1";
    }
}
