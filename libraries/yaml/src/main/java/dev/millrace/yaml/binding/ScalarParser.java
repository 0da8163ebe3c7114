package dev.millrace.yaml.binding;

import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses one type from the text of a scalar.
 *
 * @param expected the expected format, as the end of a sentence that begins with the key
 * @param parse converts the text to the value; throws any {@link RuntimeException} for invalid text
 */
record ScalarParser(String expected, Function<String, Object> parse) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?[0-9_]{0,20}(\\.[0-9_]{0,20})?([eE][+-]?\\d{1,2})?");

    private static final int KIBI_BITS = 10;

    private static final ScalarParser SIZE_LONG =
            new ScalarParser(
                    "must be a size such as 64KiB, 256MiB or plain bytes", ScalarParser::size);
    private static final ScalarParser SIZE_INT =
            new ScalarParser(SIZE_LONG.expected, text -> Math.toIntExact(size(text)));

    /** The types that are read from text alone. */
    private static final Map<Class<?>, ScalarParser> KNOWN =
            Map.ofEntries(
                    Map.entry(String.class, new ScalarParser("must be text", text -> text)),
                    Map.entry(
                            boolean.class,
                            new ScalarParser("must be true or false", ScalarParser::bool)),
                    Map.entry(
                            Boolean.class,
                            new ScalarParser("must be true or false", ScalarParser::bool)),
                    Map.entry(
                            int.class,
                            new ScalarParser(
                                    "must be a whole number",
                                    text -> number(text).intValueExact())),
                    Map.entry(
                            Integer.class,
                            new ScalarParser(
                                    "must be a whole number",
                                    text -> number(text).intValueExact())),
                    Map.entry(
                            long.class,
                            new ScalarParser(
                                    "must be a whole number",
                                    text -> number(text).longValueExact())),
                    Map.entry(
                            double.class,
                            new ScalarParser(
                                    "must be a number", text -> number(text).doubleValue())),
                    Map.entry(
                            Double.class,
                            new ScalarParser(
                                    "must be a number", text -> number(text).doubleValue())),
                    Map.entry(
                            BigDecimal.class,
                            new ScalarParser("must be a number", ScalarParser::number)),
                    Map.entry(
                            Duration.class,
                            new ScalarParser("must be " + Durations.FORM, Durations::parse)),
                    Map.entry(
                            URI.class,
                            new ScalarParser(
                                    "must be an address such as https://host/path", URI::create)),
                    Map.entry(
                            ZoneId.class,
                            new ScalarParser(
                                    "must be a time zone such as Europe/Paris", ZoneId::of)));

    /**
     * Returns the parser for a type under the given key, or null if the type is not read from text.
     */
    static @Nullable ScalarParser of(Class<?> type, String key) {
        if (type.isEnum()) {
            return ofEnum(type);
        }
        if (isSize(key) && (type == long.class || type == int.class)) {
            return type == int.class ? SIZE_INT : SIZE_LONG;
        }
        return KNOWN.get(type);
    }

    /**
     * Returns true if the value of a key is a size. By convention, such a key ends in "bytes", or
     * is "body".
     */
    private static boolean isSize(String key) {
        return key.endsWith("bytes") || key.equals("body");
    }

    /** Returns the spelling of an enum constant in a file. */
    static String spelling(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    private static ScalarParser ofEnum(Class<?> type) {
        var byName = new LinkedHashMap<String, Object>();
        for (Object constant : type.getEnumConstants()) {
            byName.put(spelling(constant), constant);
        }
        return ofNames(byName);
    }

    /** Returns the parser of a type whose values have names. */
    static ScalarParser ofNames(Map<String, ?> values) {
        return new ScalarParser(
                "must be " + String.join(" or ", values.keySet()),
                text -> Objects.requireNonNull(values.get(text)));
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
