package dev.millrace.standalone.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.configuration.TenantConfig;
import dev.millrace.standalone.console.UserError;
import org.junit.jupiter.api.Test;

class NameOptionsTest {
    @Test
    void theDefaultTenantIsTheTenantOfLinesThatNameNone() {
        assertThat(NameOptions.tenant(null)).isEqualTo(TenantConfig.DEFAULT_NAME);
    }

    @Test
    void validNamesAreReturned() {
        assertThat(NameOptions.tenant("acme")).isEqualTo("acme");
        assertThat(NameOptions.batch("2026-11-20")).isEqualTo("2026-11-20");
    }

    @Test
    void aWrongTenantIsNamedWithItsOption() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> NameOptions.tenant(" "))
                .withMessage("--tenant: the name is empty");
    }

    @Test
    void aWrongBatchIsNamedWithItsOption() {
        assertThatExceptionOfType(UserError.class)
                .isThrownBy(() -> NameOptions.batch("x".repeat(257)))
                .withMessage("--batch: the name has 257 characters, at most 256");
    }
}
