package dev.millrace.standalone.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class UsdAmountTest {
    private final UsdAmount converter = new UsdAmount();

    @ParameterizedTest
    @ValueSource(strings = {"2.50", "100", "0.000000001", "999999999999"})
    void acceptsPlainAmounts(String text) {
        assertThat(converter.convert(text)).isEqualTo(new BigDecimal(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "0", "0.00", "-1", "+1", "1,5", "1e3", ".5", "5 USD", "9999999999999"})
    void rejectsEverythingElse(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("must be an amount in US dollars above 0, such as 2.50");
    }
}
