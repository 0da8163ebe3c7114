package dev.millrace.contracts.money;

import java.math.BigDecimal;

/** Normalises and prints US dollar amounts, which are exact decimals. */
public final class Usd {
    private Usd() {}

    /**
     * Returns the amount without trailing zeros and with a scale of 0 or more, so that equal values
     * are also {@code equals}.
     */
    public static BigDecimal normalised(BigDecimal amount) {
        var stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** Returns the amount in plain notation: {@code 0.0000001}, not {@code 1E-7}. */
    public static String text(BigDecimal amount) {
        return normalised(amount).toPlainString();
    }
}
