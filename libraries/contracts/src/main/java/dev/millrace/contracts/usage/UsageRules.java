package dev.millrace.contracts.usage;

import dev.millrace.contracts.job.AnswerForm.CachedTokens;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.money.TokenUsage;
import java.util.EnumSet;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Derives the usage from the reported counts. Ignores a count of 0 that another count contradicts.
 * Of contradictory counts, takes the more expensive interpretation, and names the doubt in the
 * result. {@code docs/providers.md} lists the rules.
 */
public final class UsageRules {
    private final ReportedCounts counts;
    private final @Nullable Endpoint endpoint;
    private final boolean isOfEmbeddings;
    private final boolean isSum;
    private final Set<UsageDoubt> doubts = EnumSet.noneOf(UsageDoubt.class);

    private final long cached;
    private final long written;
    private final long hour;
    private final long reported;
    private final long total;
    private final long beside;

    private UsageRules(ReportedCounts counts, @Nullable Endpoint endpoint, boolean isSum) {
        this.counts = counts;
        this.endpoint = endpoint;
        isOfEmbeddings = endpoint != null && !endpoint.generates();
        this.isSum = isSum;
        doubts.addAll(counts.doubts());
        cached = largest(CountMeaning.CACHED);
        written = written();
        hour = hour();
        reported = reportedInput();
        total = largest(CountMeaning.TOTAL);
        beside = largest(CountMeaning.INPUT_BESIDE);
    }

    /**
     * Returns the usage of an answer.
     *
     * @param endpoint the endpoint that answered; null if unknown
     */
    public static ReportedUsage ofRequest(ReportedCounts counts, @Nullable Endpoint endpoint) {
        counts.limit(ReportedCounts.MAX_OF_REQUEST);
        return new UsageRules(counts, endpoint, false).usage();
    }

    /** Returns the total usage of many requests from the sums of their counts. */
    public static ReportedUsage ofSum(ReportedCounts counts) {
        return new UsageRules(counts, null, true).usage();
    }

    private ReportedUsage usage() {
        if (!hasRequired()) {
            return new ReportedUsage(Optional.empty(), doubts);
        }
        long input = input();
        long output = output(input);
        if (input == 0 && !isSum) {
            doubts.add(UsageDoubt.NO_INPUT);
        }
        long reasoning = largest(CountMeaning.REASONING) + largest(CountMeaning.REASONING_BESIDE);
        var usage =
                new TokenUsage(input, cached, written, hour, output, Math.min(reasoning, output));
        return new ReportedUsage(Optional.of(usage), doubts, counts.statedUsd());
    }

    /** Returns true if input and output are known. Embeddings can report the total only. */
    private boolean hasRequired() {
        boolean hasInput = counts.has(CountMeaning.INPUT) || counts.has(CountMeaning.PLAIN_INPUT);
        if (endpoint == null) {
            return hasInput || counts.has(CountMeaning.OUTPUT);
        }
        boolean hasTotal = counts.has(CountMeaning.TOTAL);
        return endpoint.generates()
                ? hasInput && (counts.has(CountMeaning.OUTPUT) || hasTotal)
                : hasInput || hasTotal;
    }

    /** Returns the largest count of a meaning; a second value is a doubt. */
    private long largest(CountMeaning meaning) {
        NavigableSet<Long> values = counts.values(meaning);
        if (values.size() > 1) {
            doubts.add(UsageDoubt.NAMES);
        }
        return values.isEmpty() ? 0 : values.last();
    }

    private long written() {
        long minutesAndHour =
                largest(CountMeaning.WRITTEN_MINUTES) + largest(CountMeaning.WRITTEN_HOUR);
        return Math.max(largest(CountMeaning.WRITTEN), minutesAndHour);
    }

    /** Returns the tokens written for an hour, including tokens written for an unknown duration. */
    private long hour() {
        long minutes = counts.max(CountMeaning.WRITTEN_MINUTES);
        long hours = counts.max(CountMeaning.WRITTEN_HOUR);
        long sum = counts.max(CountMeaning.WRITTEN);
        if (minutes == 0 || hours + minutes == sum || sum == 0) {
            return hours;
        }
        doubts.add(UsageDoubt.CACHE_WRITES);
        return Math.max(hours, sum - minutes);
    }

    /**
     * Returns the input as reported. If two names differ by the tokens of the cache, the larger
     * value includes these tokens; any other difference is a doubt.
     */
    private long reportedInput() {
        NavigableSet<Long> values = counts.values(CountMeaning.INPUT);
        if (values.isEmpty()) {
            return 0;
        }
        if (values.size() > 1 && values.last() != values.first() + cached + written) {
            doubts.add(UsageDoubt.NAMES);
        }
        return values.last();
    }

    /** Returns all input tokens. */
    private long input() {
        if (isOfEmbeddings) {
            return embeddedInput();
        }
        long ofCache = cached + written;
        long plain = largest(CountMeaning.PLAIN_INPUT);
        boolean hasPlain = plain > 0 || (counts.has(CountMeaning.PLAIN_INPUT) && ofCache > 0);
        if (hasPlain || reported == 0) {
            return beside + inputOfParts(plain + ofCache, plain);
        }
        return beside + reported + outsideOfInput(ofCache);
    }

    private long embeddedInput() {
        if (reported > 0 && total > reported) {
            doubts.add(UsageDoubt.HIDDEN);
        }
        return Math.max(Math.max(reported, total), cached + written);
    }

    /** Returns all input tokens if the tokens outside of the cache are known. */
    private long inputOfParts(long parts, long plain) {
        if (reported != 0 && reported != parts && reported != plain) {
            doubts.add(UsageDoubt.NAMES);
        }
        return Math.max(parts, reported);
    }

    /** Returns how many tokens of the cache the reported input does not include. */
    private long outsideOfInput(long ofCache) {
        if (ofCache == 0 || isOneInputComplete()) {
            return 0;
        }
        if (excludesCache()) {
            return ofCache;
        }
        boolean fits = ofCache <= reported;
        if (fits && explainsTotal(0)) {
            return 0;
        }
        for (long outside : new long[] {ofCache, written, cached}) {
            if (outside > 0 && ofCache - outside <= reported && explainsTotal(outside)) {
                return outside;
            }
        }
        if (!fits) {
            doubts.add(UsageDoubt.CACHE);
        }
        return fits ? 0 : ofCache;
    }

    /** Returns true if two inputs are reported that differ by the tokens of the cache. */
    private boolean isOneInputComplete() {
        NavigableSet<Long> values = counts.values(CountMeaning.INPUT);
        return values.size() == 2 && values.last() == values.first() + cached + written;
    }

    /** Returns true if the input of the API never includes tokens of a cache. */
    private boolean excludesCache() {
        return switch (endpoint == null
                ? CachedTokens.BY_NAMES
                : endpoint.answer().cachedTokens()) {
            case BESIDE_INPUT -> true;
            case IN_INPUT -> false;
            case BY_NAMES -> hasNamesOfBesideInput();
        };
    }

    /** Returns true if the names of the counts are of an API whose input excludes the cache. */
    private boolean hasNamesOfBesideInput() {
        return counts.hasBesideInput()
                && !counts.has("prompt_tokens")
                && !counts.has("input_tokens_details.cached_tokens");
    }

    /** Returns true if input and output add up to the total. */
    private boolean explainsTotal(long outside) {
        long output = largest(CountMeaning.OUTPUT) + largest(CountMeaning.REASONING_BESIDE);
        long rest = total - beside - reported - outside;
        return total > 0 && (rest == output || rest == output + largest(CountMeaning.REASONING));
    }

    /**
     * Returns all output tokens. Some APIs exclude reasoning from the output (xAI), and some report
     * it in the total only (Gemini); the total decides.
     */
    private long output(long input) {
        long reasoning = largest(CountMeaning.REASONING);
        long output = largest(CountMeaning.OUTPUT) + largest(CountMeaning.REASONING_BESIDE);
        boolean isBeside = reasoning > output;
        long known = isBeside ? output + reasoning : output;
        if (total == 0 || isOfEmbeddings) {
            return known;
        }
        long rest = total - input;
        if (rest == known || rest == output + reasoning) {
            return rest;
        }
        // Some totals count neither the input beside the prompt, nor tokens of a cache.
        boolean isPartial = rest + beside == output || total == reported + output;
        return isPartial && (!isBeside || beside > 0)
                ? known
                : contradictedOutput(rest, output, known);
    }

    private long contradictedOutput(long rest, long output, long known) {
        if (rest <= known) {
            doubts.add(UsageDoubt.TOTAL);
            return known;
        }
        if (output > 0) {
            doubts.add(UsageDoubt.HIDDEN);
        }
        return rest;
    }
}
