package dev.millrace.gateway.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TenantSlotsTest {
    private static final int MAX = 8;
    private static final int MAX_OF_TENANT = 2;

    private final TenantSlots slots = new TenantSlots(MAX, MAX_OF_TENANT);

    @Test
    void slotsAreBoundedOverAllTenants() {
        for (int i = 0; i < MAX; i++) {
            assertThat(slots.tryAcquire("tenant-" + i / MAX_OF_TENANT)).isTrue();
        }
        assertThat(slots.tryAcquire("other")).isFalse();

        slots.release("tenant-0");

        assertThat(slots.tryAcquire("other")).isTrue();
    }

    @Test
    void tenantWithAllItsSlotsGetsNoMore() {
        for (int i = 0; i < MAX_OF_TENANT; i++) {
            assertThat(slots.tryAcquire("acme")).isTrue();
        }
        assertThat(slots.tryAcquire("acme")).isFalse();

        slots.release("acme");

        assertThat(slots.tryAcquire("acme")).isTrue();
    }

    @Test
    void refusedRequestTakesNoSlot() {
        for (int i = 0; i < MAX; i++) {
            assertThat(slots.tryAcquire("tenant-" + i / MAX_OF_TENANT)).isTrue();
        }
        for (int i = 0; i < MAX_OF_TENANT; i++) {
            assertThat(slots.tryAcquire("other")).isFalse();
        }

        for (int i = 0; i < MAX_OF_TENANT; i++) {
            slots.release("tenant-0");
        }

        assertThat(slots.tryAcquire("other")).isTrue();
        assertThat(slots.tryAcquire("other")).isTrue();
    }

    @Test
    void slotOfOneTenantIsNotForAnotherWithAllItsSlots() {
        for (int i = 0; i < MAX; i++) {
            assertThat(slots.tryAcquire("tenant-" + i / MAX_OF_TENANT)).isTrue();
        }

        slots.release("tenant-0");

        assertThat(slots.tryAcquire("tenant-1")).isFalse();
        assertThat(slots.tryAcquire("other")).isTrue();
    }
}
