package dev.millrace.standalone.option;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Parses an amount in US dollars above 0, such as {@code 2.50}. */
public final class UsdAmount implements CommandLine.ITypeConverter<BigDecimal> {
    private static final Pattern FORM = Pattern.compile("\\d{1,12}(\\.\\d{1,9})?");

    @Override
    public BigDecimal convert(String text) {
        if (FORM.matcher(text).matches()) {
            var amount = new BigDecimal(text);
            if (amount.signum() > 0) {
                return amount;
            }
        }
        throw new CommandLine.TypeConversionException(
                "must be an amount in US dollars above 0, such as 2.50");
    }
}
