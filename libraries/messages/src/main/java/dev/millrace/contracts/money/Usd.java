package dev.millrace.contracts.money;

import java.math.BigDecimal;

/** Normalises and prints US dollar amounts, which are exact decimals. */
public final class Usd {
    /** Largest exponent of ten in a stored amount; plain notation then stays short. */
    private static final int MAX_EXPONENT = 1_000;

    private Usd() {}

    /**
     * Reads an amount that another program has possibly written.
     *
     * @throws NumberFormatException if the text is no decimal, or is too long in plain notation
     */
    public static BigDecimal parse(String text) {
        var amount = new BigDecimal(text);
        if (Math.abs((long) amount.scale()) > MAX_EXPONENT) {
            throw new NumberFormatException("the exponent of " + text + " is too large");
        }
        return amount;
    }

    /**
     * Returns the amount without trailing zeros and with a scale of 0 or more, so that equal values
     * are also {@code equals}.
     */
    public static BigDecimal normalised(BigDecimal amount) {
        var stripped = amount.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** Returns true if two costs of one use differ by more than 1 % of the larger one. */
    public static boolean differ(BigDecimal one, BigDecimal other) {
        return one.subtract(other).abs().movePointRight(2).compareTo(one.max(other)) > 0;
    }

    /** Returns the amount in plain notation: {@code 0.0000001}, not {@code 1E-7}. */
    public static String text(BigDecimal amount) {
        return normalised(amount).toPlainString();
    }
}
