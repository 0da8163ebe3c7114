package dev.millrace.worker.quota;

import dev.millrace.contracts.header.TokenEstimate;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.worker.job.Job;

/**
 * Estimates the tokens of one model's calls, and corrects the estimates by the reported tokens.
 * Belongs to the loop's thread.
 */
final class CallTokens {
    /** Bytes of a request per input token, for a job without an estimate. */
    private static final int BYTES_PER_TOKEN = 4;

    /** Approximate number of answers in the moving average. */
    private static final int MEMORY = 50;

    private static final double LEAST_RATIO = 0.02;
    private static final double MOST_RATIO = 50;

    private double inputRatio = 1;
    private double outputRatio = 1;

    /** Returns the expected tokens of a call of the job. */
    TokenEstimate of(Job job) {
        TokenEstimate raw = raw(job);
        return new TokenEstimate(
                Math.max(1, Math.round(raw.input() * inputRatio)),
                Math.round(raw.output() * outputRatio));
    }

    private static TokenEstimate raw(Job job) {
        TokenEstimate estimate = job.headers().tokens();
        if (estimate != null) {
            return estimate;
        }
        Long limit = job.headers().maxOutputTokens();
        return new TokenEstimate(
                job.record().value().length / BYTES_PER_TOKEN,
                limit == null ? job.model().defaultMaxTokens() : limit);
    }

    void onUsed(Job job, TokenUsage usage) {
        TokenEstimate raw = raw(job);
        inputRatio = moved(inputRatio, usage.inputTokens(), raw.input());
        outputRatio = moved(outputRatio, usage.outputTokens(), raw.output());
    }

    private static double moved(double ratio, long used, long estimated) {
        double latest = Math.clamp((double) used / Math.max(1, estimated), LEAST_RATIO, MOST_RATIO);
        return ratio + (latest - ratio) / MEMORY;
    }
}
