package dev.millrace.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.memory.HeapShare;
import org.junit.jupiter.api.Test;

class UploadSlotsTest {
    private final UploadSlots slots = UploadSlots.of(HeapShare.AMPLE, 1);

    @Test
    void slotsAreBoundedOverAllTenants() {
        for (int i = 0; i < slots.max(); i++) {
            assertThat(slots.tryAcquire("tenant-" + i / slots.maxOfTenant())).isTrue();
        }
        assertThat(slots.tryAcquire("other")).isFalse();

        slots.release("tenant-0");

        assertThat(slots.tryAcquire("other")).isTrue();
    }

    @Test
    void tenantWithAllItsSlotsGetsNoMore() {
        for (int i = 0; i < slots.maxOfTenant(); i++) {
            assertThat(slots.tryAcquire("acme")).isTrue();
        }
        assertThat(slots.tryAcquire("acme")).isFalse();

        slots.release("acme");

        assertThat(slots.tryAcquire("acme")).isTrue();
    }

    @Test
    void uploadsUseAtMostAnEighthOfTheShareOfTheHeap() {
        assertThat(slots.max()).isEqualTo(64);
        assertThat(slots.maxOfTenant()).isEqualTo(16);
        assertThat(UploadSlots.of(new HeapShare(800 << 20), 5 << 20).max()).isEqualTo(20);
        assertThat(UploadSlots.of(new HeapShare(1 << 20), 5 << 20).max()).isEqualTo(4);
    }
}
