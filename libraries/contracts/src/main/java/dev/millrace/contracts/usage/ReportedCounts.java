package dev.millrace.contracts.usage;

import dev.millrace.contracts.usage.CountName.Trait;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The counts of one usage object, by the names of {@link CountTable}. A count can be a whole
 * number, a number with decimals, or a text with digits, as databases export it. Used by one
 * thread.
 */
public final class ReportedCounts {
    /** More tokens than one request can cause. */
    public static final long MAX_OF_REQUEST = 1_000_000_000L;

    /** More tokens than a sum can have; a million such sums stay within a {@code long}. */
    static final long MAX_OF_SUM = 1_000_000_000_000L;

    private static final int MAX_DEPTH = 4;

    /** Longest text of a number; the exponent of a longer one could be too costly. */
    private static final int MAX_NUMBER_CHARS = 40;

    private static final int MAX_EXPONENT = 100;

    /** Texts that programs export instead of a missing value, in lower case. */
    private static final Set<String> BLANK = Set.of("", "null", "none", "nan", "n/a", "-", "\\n");

    /** A text that is a fraction or a number of thousands, depending on the language. */
    private static final Pattern TWO_MEANINGS = Pattern.compile("[1-9]\\d{0,2}\\.\\d{3}");

    private final Map<CountName, Long> counts = new LinkedHashMap<>();

    /** The sums of the iterations. */
    private final Map<CountName, Long> sums = new LinkedHashMap<>();

    private final Set<UsageDoubt> doubts = EnumSet.noneOf(UsageDoubt.class);
    private final StatedCost statedCost = new StatedCost();
    private boolean hasRefusedTokens;

    private final String place;

    private ReportedCounts(String place) {
        this.place = place;
    }

    /**
     * Reads an object from the parser, which is at its start, up to its end.
     *
     * @throws tools.jackson.core.JacksonException if it is not JSON; the counts so far are lost
     */
    public static ReportedCounts read(JsonParser json) {
        return read(json, "");
    }

    /**
     * Reads an object from the parser, which is at its start, up to its end.
     *
     * @param place key of the object, needed to interpret short names; empty for none
     * @throws tools.jackson.core.JacksonException if the object is not JSON; the counts so far are
     *     lost
     */
    public static ReportedCounts read(JsonParser json, String place) {
        var counts = new ReportedCounts(place);
        counts.read(json, "", 1);
        counts.sums.forEach((name, sum) -> counts.counts.merge(name, sum, Math::max));
        return counts;
    }

    private void read(JsonParser json, String prefix, int depth) {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String path = path(prefix, json.currentName());
            JsonToken value = json.nextToken();
            if (value == JsonToken.START_OBJECT && depth < MAX_DEPTH) {
                read(json, path + ".", depth + 1);
            } else if (value == JsonToken.START_ARRAY && path.equals(CountTable.ITERATIONS)) {
                readIterations(json);
            } else if (value.isNumeric() || value == JsonToken.VALUE_STRING) {
                if (value.isNumeric()) {
                    statedCost.onNumber(path, json.getString());
                }
                CountTable.find(path)
                        .or(() -> CountTable.find(place + "." + path))
                        .ifPresent(name -> add(name, json.getString(), value.isNumeric()));
            } else {
                if (value.isBoolean()) {
                    statedCost.onFlag(path, value == JsonToken.VALUE_TRUE);
                }
                json.skipChildren();
            }
        }
    }

    private void readIterations(JsonParser json) {
        for (JsonToken item = json.nextToken();
                item != null && item != JsonToken.END_ARRAY;
                item = json.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                ReportedCounts iteration = read(json, place);
                doubts.addAll(iteration.doubts);
                iteration.counts.forEach((name, count) -> sums.merge(name, count, Long::sum));
            } else {
                json.skipChildren();
            }
        }
    }

    /** Returns the path of a key; MongoDB wraps numbers, as in {@code {"$numberLong":"7"}}. */
    private static String path(String prefix, String key) {
        return key.startsWith("$number") && !prefix.isEmpty()
                ? prefix.substring(0, prefix.length() - 1)
                : prefix + key;
    }

    private void add(CountName name, String text, boolean isNumber) {
        String digits = text.strip();
        if (BLANK.contains(digits.toLowerCase(Locale.ROOT))) {
            return;
        }
        Optional<BigDecimal> number = number(digits);
        if (number.isEmpty() || (!isNumber && TWO_MEANINGS.matcher(digits).matches())) {
            refuse(name, UsageDoubt.NOT_A_NUMBER);
        } else if (number.get().signum() < 0) {
            refuse(name, UsageDoubt.NEGATIVE);
        } else if (number.get().compareTo(BigDecimal.valueOf(MAX_OF_SUM)) > 0) {
            refuse(name, UsageDoubt.IMPLAUSIBLE);
        } else {
            BigDecimal whole = number.get().setScale(0, RoundingMode.CEILING);
            if (whole.compareTo(number.get()) != 0) {
                doubts.add(UsageDoubt.FRACTION);
            }
            counts.merge(name, whole.longValueExact(), Math::max);
        }
    }

    private void refuse(CountName name, UsageDoubt doubt) {
        doubts.add(doubt);
        hasRefusedTokens |= isOfTokens(name.meaning());
    }

    /** Returns the number in a text; empty if it is none, or has a large exponent. */
    static Optional<BigDecimal> number(String text) {
        if (text.length() > MAX_NUMBER_CHARS) {
            return Optional.empty();
        }
        try {
            var number = new BigDecimal(text);
            return Math.abs((long) number.scale()) <= MAX_EXPONENT
                    ? Optional.of(number)
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Adds the other counts of every meaning that has no count above 0 here. */
    public void completeFrom(ReportedCounts other) {
        other.counts.forEach(
                (name, count) -> {
                    if (max(name.meaning()) == 0) {
                        counts.merge(name, count, Math::max);
                    }
                });
    }

    /** Returns true if it has a count of input, output or all tokens, even 0 or an unusable one. */
    public boolean hasTokens() {
        return hasRefusedTokens
                || counts.keySet().stream().anyMatch(it -> isOfTokens(it.meaning()));
    }

    /** Returns true if a count of input, output or all tokens is above 0. */
    public boolean hasPositive() {
        return counts.entrySet().stream()
                .anyMatch(it -> isOfTokens(it.getKey().meaning()) && it.getValue() > 0);
    }

    private static boolean isOfTokens(CountMeaning meaning) {
        return switch (meaning) {
            case INPUT, PLAIN_INPUT, OUTPUT, TOTAL -> true;
            case INPUT_BESIDE,
                    CACHED,
                    WRITTEN,
                    WRITTEN_MINUTES,
                    WRITTEN_HOUR,
                    REASONING,
                    REASONING_BESIDE,
                    REQUESTS ->
                    false;
        };
    }

    /** Returns the number of requests whose counts were added up; empty if it is not reported. */
    public OptionalLong requests() {
        return has(CountMeaning.REQUESTS)
                ? OptionalLong.of(max(CountMeaning.REQUESTS))
                : OptionalLong.empty();
    }

    /** Returns true if a name shows that the counts are sums of many requests. */
    public boolean isOfSums() {
        return counts.keySet().stream().anyMatch(it -> it.trait() == Trait.OF_SUMS);
    }

    /** Returns the stated cost of the call, in US dollars. */
    Optional<BigDecimal> statedUsd() {
        return statedCost.usd();
    }

    /** Returns the doubts about single counts. */
    Set<UsageDoubt> doubts() {
        return doubts;
    }

    /** Removes the counts above a limit, which counts as a doubt. */
    void limit(long most) {
        if (counts.values().removeIf(count -> count > most)) {
            doubts.add(UsageDoubt.IMPLAUSIBLE);
        }
    }

    boolean has(CountMeaning meaning) {
        return counts.keySet().stream().anyMatch(it -> it.meaning() == meaning);
    }

    /** Returns true if a count is next to an input count that excludes it. */
    boolean hasBesideInput() {
        return counts.keySet().stream().anyMatch(it -> it.trait() == Trait.BESIDE_INPUT);
    }

    /** Returns true if there is a count of a path. */
    boolean has(String path) {
        return counts.keySet().stream().anyMatch(it -> it.path().equals(path));
    }

    /** Returns the largest count of a meaning, or 0 without one. */
    long max(CountMeaning meaning) {
        NavigableSet<Long> values = values(meaning);
        return values.isEmpty() ? 0 : values.last();
    }

    /** Returns the different counts of a meaning that are not 0, in rising order. */
    NavigableSet<Long> values(CountMeaning meaning) {
        var values = new TreeSet<Long>();
        var fallbacks = new TreeSet<Long>();
        counts.forEach(
                (name, count) -> {
                    if (name.meaning() == meaning && count > 0) {
                        (name.trait() == Trait.FALLBACK ? fallbacks : values).add(count);
                    }
                });
        return values.isEmpty() ? fallbacks : values;
    }
}
