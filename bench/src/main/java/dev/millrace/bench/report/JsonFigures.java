package dev.millrace.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/** Writes measured figures as JSON. */
public final class JsonFigures {
    /** Measurements are not precise enough for more digits. */
    private static final MathContext DIGITS = new MathContext(5);

    private JsonFigures() {}

    /** Writes a figure derived from a source; null when the source was not measured. */
    public static <T> void put(
            ObjectNode node, String key, Optional<T> source, ToDoubleFunction<T> value) {
        if (source.isEmpty()) {
            node.putNull(key);
        } else {
            node.put(key, rounded(value.applyAsDouble(source.get())));
        }
    }

    /** Rounds to the significant digits of a measurement. */
    public static BigDecimal rounded(double value) {
        return new BigDecimal(value).round(DIGITS);
    }
}
