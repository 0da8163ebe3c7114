package dev.millrace.standalone.forecast;

import dev.millrace.contracts.money.TokenUsage;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The cost of a job, estimated from its request alone. Estimates are no amounts of money, so they
 * need not be exact.
 *
 * @param model first model of the job's chain
 * @param inputUsd expected cost of the input, in US dollars
 * @param outputUsd expected cost of the output, in US dollars
 * @param outputTokens expected output tokens
 * @param bound what limits the output
 * @param later when the job would be called, if it waits for a lower price; null if it does not
 */
public record JobGuess(
        String model,
        JobKind kind,
        double inputUsd,
        double outputUsd,
        long outputTokens,
        OutputBound bound,
        @Nullable Later later) {

    /**
     * A later call at a lower price.
     *
     * @param nowUsd expected cost if the job were called now, in US dollars
     */
    record Later(Instant start, BigDecimal nowUsd) {}

    /** Creates the estimate of a job that would be called at once. */
    public JobGuess(
            String model,
            JobKind kind,
            double inputUsd,
            double outputUsd,
            long outputTokens,
            OutputBound bound) {
        this(model, kind, inputUsd, outputUsd, outputTokens, bound, null);
    }

    /**
     * The cost of jobs in US dollars, paid or expected.
     *
     * @param inputUsd all that is not output
     */
    record Cost(double inputUsd, double outputUsd) {
        static final Cost NOTHING = new Cost(0, 0);

        double usd() {
            return inputUsd + outputUsd;
        }

        Cost plus(Cost other) {
            return new Cost(inputUsd + other.inputUsd, outputUsd + other.outputUsd);
        }
    }

    /** Returns the estimate of a number of such jobs. */
    Cost times(double jobs) {
        return new Cost(jobs * inputUsd, jobs * outputUsd);
    }

    /** Returns this estimate for a kind without its family. */
    JobGuess ofAnyFamily() {
        return new JobGuess(
                model, kind.ofAnyFamily(), inputUsd, outputUsd, outputTokens, bound, later);
    }

    /** Divides the cost of a call into input and output, at the rate of this estimate. */
    Cost divide(TokenUsage usage, BigDecimal usd) {
        double all = usd.doubleValue();
        double rate = outputTokens == 0 ? 0 : outputUsd / outputTokens;
        double output = Math.min(all, rate * usage.outputTokens());
        return new Cost(all - output, output);
    }
}
