package dev.millrace.standalone.audit.log;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads numbers and amounts of money as exports write them. */
final class NumberText {
    /** Maximum digits before and after the decimal point of an amount of money. */
    private static final int MAX_DIGITS = 100;

    /** Characters of the longest amount that is read. */
    private static final int MAX_CHARS = 250;

    /** A whole number in groups of three digits, as spreadsheets write it. */
    private static final Pattern GROUPED =
            Pattern.compile("\\d{1,3}(?:([,'’ \\u00a0\\u202f])\\d{3})(?:\\1\\d{3})*(?:\\.0+)?");

    /** A whole number in at least two groups, with the dot as separator. */
    private static final Pattern GROUPED_BY_DOTS = Pattern.compile("\\d{1,3}(?:\\.\\d{3}){2,}");

    private static final Pattern GROUPED_AMOUNT =
            Pattern.compile("\\d{1,3}(?:,\\d{3})+\\.\\d+|\\d{1,3}(?:,\\d{3}){2,}");

    private static final Pattern DECIMAL_COMMA = Pattern.compile("\\d+,\\d+");
    private static final Pattern AMBIGUOUS = Pattern.compile("[1-9]\\d{0,2}[,.]\\d{3}");

    private NumberText() {}

    /**
     * Returns the text of a whole number without separators of thousands; returns other texts
     * unchanged.
     *
     * @param hasDecimalCommas true if the file writes fractions with a comma, so that a single
     *     comma does not separate thousands
     */
    static String count(String text, boolean hasDecimalCommas) {
        String number = text.strip();
        boolean isByComma = hasDecimalCommas && number.indexOf(',') >= 0;
        boolean isGrouped =
                GROUPED_BY_DOTS.matcher(number).matches()
                        || (GROUPED.matcher(number).matches() && !isByComma);
        if (!isGrouped) {
            return number;
        }
        int fraction = GROUPED_BY_DOTS.matcher(number).matches() ? -1 : number.indexOf('.');
        String whole = fraction < 0 ? number : number.substring(0, fraction);
        return whole.replaceAll("\\D", "");
    }

    /**
     * Returns an amount in US dollars; empty for a text that means "no value".
     *
     * @throws IllegalArgumentException if the text is no amount or is ambiguous
     */
    static Optional<BigDecimal> usd(JsonNode node) {
        if (node.isNumber()) {
            return Optional.of(plausible(node.decimalValue()));
        }
        String text = node.asString("").strip();
        String amount =
                text.replaceFirst("^(?:US)?\\$\\s*", "").replaceFirst("(?i)(?<!\\s)\\s*+USD$", "");
        if (amount.toLowerCase(Locale.ROOT).matches("|null|none|nan|n/a|-")) {
            return Optional.empty();
        }
        return Optional.of(plausible(number(amount, text)));
    }

    private static BigDecimal number(String amount, String text) {
        boolean hasTwoMeanings = amount.indexOf(',') >= 0 && AMBIGUOUS.matcher(amount).matches();
        if (hasTwoMeanings || amount.length() > MAX_CHARS) {
            throw wrong(text);
        }
        String plain = amount;
        if (GROUPED_AMOUNT.matcher(amount).matches()) {
            plain = amount.replace(",", "");
        } else if (DECIMAL_COMMA.matcher(amount).matches()) {
            plain = amount.replace(',', '.');
        }
        try {
            return new BigDecimal(plain);
        } catch (NumberFormatException e) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "has a cost that is not an amount in US dollars: "
                        + text.substring(0, Math.min(text.length(), 40)));
    }

    private static BigDecimal plausible(BigDecimal amount) {
        if (amount.signum() < 0
                || amount.precision() > MAX_DIGITS
                || Math.abs((long) amount.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException("has an implausible cost");
        }
        return amount;
    }
}
