package dev.millrace.standalone.forecast;

import dev.millrace.contracts.job.JobId;
import dev.millrace.results.StoredCost;
import dev.millrace.standalone.run.estimate.JobCost;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The expected cost of jobs, corrected by the cost of the jobs that an earlier run has called.
 * Looks jobs up a page at a time. Used by one thread.
 */
public final class EarlierResults {
    private static final int PAGE = 500;

    private final Source source;
    private final FileForecast forecast = new FileForecast();
    private final Map<JobId, JobGuess> page = new HashMap<>();

    /** Reads the cost events of earlier runs. */
    @FunctionalInterface
    public interface Source {
        /** Returns all cost events of the given jobs; none if there are no earlier results. */
        Collection<StoredCost> costs(Collection<JobId> jobs);
    }

    /** Creates a forecast without jobs. */
    public EarlierResults(Source source) {
        this.source = source;
    }

    void add(JobId jobId, JobGuess guess) {
        forecast.add(guess);
        page.put(jobId, guess);
        if (page.size() == PAGE) {
            lookUp();
        }
    }

    private void lookUp() {
        if (page.isEmpty()) {
            return;
        }
        JobCost.ofEnded(source.costs(page.keySet()))
                .forEach(
                        (jobId, cost) -> {
                            JobGuess guess = page.get(jobId);
                            if (guess != null) {
                                forecast.learn(guess, cost.usage(), cost.usd());
                            }
                        });
        page.clear();
    }

    /** Returns the expected cost of the jobs of a model that were added. */
    FileForecast.Expected of(String model) {
        lookUp();
        return forecast.of(model);
    }
}
