package dev.millrace.router.documents;

import dev.millrace.contracts.job.CacheMode;
import dev.millrace.contracts.policy.RuleCache;
import dev.millrace.similarity.chunk.TextSpan;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The division of a document, as decided when its job was planned.
 *
 * @param parts the parts, as ranges of the document's characters; at least two
 * @param joinedTokens most tokens of the answers that one job joins
 * @param joins number of jobs that join answers, as far as the length of the answers is known
 *     beforehand
 * @param cache settings of the answer cache for the parts, both of them
 */
public record SplitPlan(List<TextSpan> parts, int joinedTokens, int joins, RuleCache cache) {
    private static final String FIELD = ";";
    private static final String PART = ",";
    private static final String RANGE = "-";
    private static final int FIELDS = 5;

    public SplitPlan {
        parts = List.copyOf(parts);
    }

    /** Returns the number of calls, each of which can cost as much as the costliest one. */
    public int calls() {
        return parts.size() + joins;
    }

    /** Returns a copy whose parts have other settings of the answer cache. */
    SplitPlan with(RuleCache otherCache) {
        return new SplitPlan(parts, joinedTokens, joins, otherCache);
    }

    public String text() {
        return String.join(
                FIELD,
                Integer.toString(joinedTokens),
                Integer.toString(joins),
                cache.mode().orElseThrow().word(),
                Boolean.toString(cache.shared().orElseThrow()),
                parts.stream()
                        .map(it -> it.start() + RANGE + it.end())
                        .collect(Collectors.joining(PART)));
    }

    /**
     * Reads a text written by {@link #text}.
     *
     * @throws RuntimeException for another text
     */
    public static SplitPlan parse(String text) {
        String[] fields = text.split(FIELD, FIELDS);
        return new SplitPlan(
                Stream.of(fields[4].split(PART, -1)).map(SplitPlan::range).toList(),
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                new RuleCache(
                        CacheMode.of(fields[2]), Optional.of(Boolean.parseBoolean(fields[3]))));
    }

    private static TextSpan range(String text) {
        int middle = text.indexOf(RANGE);
        return new TextSpan(
                Integer.parseInt(text.substring(0, middle)),
                Integer.parseInt(text.substring(middle + 1)));
    }
}
