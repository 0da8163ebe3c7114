package dev.millrace.contracts.yaml;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How one type is read from the text of a scalar.
 *
 * @param expected what the text must be, as the rest of a sentence that begins with the key
 * @param parse the text to the value; any {@link RuntimeException} means that it is not what was
 *     expected
 */
record Leaf(String expected, Function<String, Object> parse) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9_]{0,20}(\\.[0-9_]{0,20})?([eE][+-]?\\d{1,2})?");

    /** Whoever counts in nanoseconds can hold 292 years. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int KIBI_BITS = 10;

    private static final Leaf SIZE_LONG =
            new Leaf("must be a size such as 64KiB, 256MiB or plain bytes", Leaf::size);
    private static final Leaf SIZE_INT =
            new Leaf(SIZE_LONG.expected, text -> Math.toIntExact(size(text)));

    /** The types that need no more than their text. */
    private static final Map<Class<?>, Leaf> KNOWN =
            Map.ofEntries(
                    Map.entry(String.class, new Leaf("must be text", text -> text)),
                    Map.entry(boolean.class, new Leaf("must be true or false", Leaf::bool)),
                    Map.entry(Boolean.class, new Leaf("must be true or false", Leaf::bool)),
                    Map.entry(
                            int.class,
                            new Leaf(
                                    "must be a whole number",
                                    text -> number(text).intValueExact())),
                    Map.entry(
                            long.class,
                            new Leaf(
                                    "must be a whole number",
                                    text -> number(text).longValueExact())),
                    Map.entry(
                            double.class,
                            new Leaf("must be a number", text -> number(text).doubleValue())),
                    Map.entry(
                            Double.class,
                            new Leaf("must be a number", text -> number(text).doubleValue())),
                    Map.entry(BigDecimal.class, new Leaf("must be a number", Leaf::number)),
                    Map.entry(
                            Duration.class,
                            new Leaf(
                                    "must be a duration such as 500ms, 30s, 5m, 24h or 30d",
                                    Leaf::duration)),
                    Map.entry(
                            URI.class,
                            new Leaf("must be an address such as https://host/path", URI::create)),
                    Map.entry(
                            ZoneId.class,
                            new Leaf("must be a time zone such as Europe/Paris", ZoneId::of)));

    /** The way to read a type under that key, or null if it takes more than a text. */
    static @Nullable Leaf of(Class<?> type, String key) {
        if (type.isEnum()) {
            return ofEnum(type);
        }
        // The files' own convention: a key that counts bytes says so at its end.
        if (key.endsWith("bytes") && (type == long.class || type == int.class)) {
            return type == int.class ? SIZE_INT : SIZE_LONG;
        }
        return KNOWN.get(type);
    }

    /** How a constant of an enum is written in a file. */
    static String written(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private static Leaf ofEnum(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        var byText = Arrays.stream(constants).collect(Collectors.toMap(Leaf::written, it -> it));
        var choices =
                Arrays.stream(constants).map(Leaf::written).collect(Collectors.joining(" or "));
        return new Leaf(
                "must be " + choices,
                text -> {
                    if (!byText.containsKey(text)) {
                        throw new IllegalArgumentException();
                    }
                    return byText.get(text);
                });
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    private static BigDecimal number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new NumberFormatException();
        }
        return new BigDecimal(text.replace("_", ""));
    }

    private static Duration duration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException();
        }
        var count = Long.parseLong(matcher.group(1));
        var duration =
                switch (matcher.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                };
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException();
        }
        return duration;
    }

    private static Long size(String text) {
        var matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException();
        }
        var unit = matcher.group(2);
        var powers = unit == null ? 0 : Math.max(0, "BKMGT".indexOf(unit.charAt(0)));
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << (powers * KIBI_BITS));
    }
}
