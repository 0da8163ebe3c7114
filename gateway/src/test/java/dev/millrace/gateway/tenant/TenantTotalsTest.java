package dev.millrace.gateway.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantTotalsTest {
    private final TenantTotals totals = new TenantTotals();

    @Test
    void tenantsAreSummedApart() {
        assertThat(totals.add("acme", 3)).isEqualTo(3);
        assertThat(totals.add("beta", 4)).isEqualTo(4);
        assertThat(totals.add("acme", 2)).isEqualTo(5);

        assertThat(totals.all()).isEqualTo(9);
    }

    @Test
    void tenantMayHoldHalfOfWhatTheOthersLeave() {
        assertThat(TenantTotals.mostOfTenant(100, 0)).isEqualTo(50);
        assertThat(TenantTotals.mostOfTenant(100, 50)).isEqualTo(25);
        assertThat(TenantTotals.mostOfTenant(100, 99)).isEqualTo(1);
        assertThat(TenantTotals.mostOfTenant(100, 101)).isZero();
        assertThat(TenantTotals.mostOfTenant(Long.MAX_VALUE, 0)).isEqualTo(1L << 62);
    }

    @Test
    void whatIsNoLongerHeldCountsForNobody() {
        totals.add("acme", 3);

        assertThat(totals.add("acme", -3)).isZero();
        assertThat(totals.all()).isZero();
        assertThat(totals.add("acme", 0)).isZero();
    }
}
