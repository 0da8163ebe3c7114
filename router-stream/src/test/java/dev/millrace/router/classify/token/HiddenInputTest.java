package dev.millrace.router.classify.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.router.classify.token.HiddenInput.Addition;
import dev.millrace.router.classify.token.HiddenInput.Row;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HiddenInputTest {
    static List<Row> rows() {
        return HiddenInput.rows();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void lineFitsItsExample(Row row) {
        Model example = Model.of(row.example(), "any", Price.of("1", "1"));

        assertThat(row.fits(example, TokenFamily.of(example))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void lineHasASourceAndADate(Row row) {
        assertThat(row.source()).matches("https://\\S+|estimate");
        assertThat(row.because()).isNotBlank();
        assertThat(row.read()).isAfter(LocalDate.of(2026, 1, 1));
        assertThat(row.tokens()).isPositive();
    }

    @Test
    void everyAdditionHasALine() {
        assertThat(rows()).extracting(Row::adds).contains(Addition.values());
    }
}
