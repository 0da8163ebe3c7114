package dev.millrace.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/** How measured figures stand in JSON. */
public final class JsonFigures {
    /** More digits would say nothing. */
    private static final MathContext DIGITS = new MathContext(5);

    private JsonFigures() {}

    /** A figure of something; null when that could not be measured. */
    public static <T> void put(
            ObjectNode node, String key, Optional<T> source, ToDoubleFunction<T> value) {
        if (source.isEmpty()) {
            node.putNull(key);
        } else {
            node.put(key, rounded(value.applyAsDouble(source.get())));
        }
    }

    /** To as many digits as a measurement has. */
    public static BigDecimal rounded(double value) {
        return new BigDecimal(value).round(DIGITS);
    }
}
