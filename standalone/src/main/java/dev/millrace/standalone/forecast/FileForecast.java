package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/**
 * The expected cost of the jobs of files, corrected by the cost that some of them had in an earlier
 * run. Used by one thread.
 */
public final class FileForecast {
    private final CostRatio ofAllModels = new CostRatio();
    private final Map<String, ModelForecast> models = new HashMap<>();

    /** Creates a forecast without jobs. */
    public FileForecast() {}

    /**
     * The expected cost of the jobs of one model.
     *
     * @param results number of jobs whose cost corrects the estimates; 0 for uncorrected estimates
     * @param usd expected cost of one attempt of each job, in US dollars
     * @param outputFactor ratio of the expected to the estimated output tokens
     */
    public record Expected(long results, BigDecimal usd, double outputFactor) {}

    public void add(JobGuess guess) {
        var _ = model(guess.model()).plan(guess, 1);
    }

    /**
     * Learns from a job that has ended.
     *
     * @param usage tokens of all its calls
     * @param usd cost of all its calls
     */
    public void learn(JobGuess guess, TokenUsage usage, BigDecimal usd) {
        model(guess.model()).learn(guess, guess.divide(usage, usd));
    }

    private ModelForecast model(String name) {
        return models.computeIfAbsent(name, _ -> new ModelForecast(ofAllModels));
    }

    /** Returns the expected cost of the jobs of a model that were added. */
    public Expected of(String name) {
        ModelForecast model = model(name);
        JobGuess.Cost expected = model.planned();
        double guessed = model.guessed().outputUsd();
        return new Expected(
                model.results(),
                BigDecimal.valueOf(expected.usd()),
                guessed == 0 ? 1 : expected.outputUsd() / guessed);
    }
}
