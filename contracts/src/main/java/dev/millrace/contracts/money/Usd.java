package dev.millrace.contracts.money;

import java.math.BigDecimal;

/** US dollars as exact decimals: one canonical scale and one way to print them. */
public final class Usd {
    private Usd() {}

    /**
     * The same amount without trailing zeros and with a scale of 0 or more, so that equal amounts
     * are equal.
     */
    public static BigDecimal normalised(BigDecimal amount) {
        var stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /**
     * The amount in plain digits, never in scientific notation: {@code 0.0000001}, not {@code
     * 1E-7}.
     */
    public static String text(BigDecimal amount) {
        return normalised(amount).toPlainString();
    }
}
