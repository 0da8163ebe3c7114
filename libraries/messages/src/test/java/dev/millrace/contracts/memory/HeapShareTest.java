package dev.millrace.contracts.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapShareTest {
    private static final long MIB = 1L << 20;
    private static final int LARGEST_RECORD = 17 << 20;

    @ParameterizedTest
    @CsvSource({
        // The maximum heap reported by the JVM for 256, 512 and 1024 MiB.
        "247, 5, 526, 20, 2, 41, 82",
        "494, 5, 1053, 41, 5, 82, 164",
        "989, 5, 2000, 82, 10, 164, 328",
        "247, 1, 1580, 61, 7, 123, 246",
        "989, 1, 2000, 247, 16, 494, 988",
        "8000, 5, 2000, 256, 16, 500, 1000"
    })
    void limitsFollowFromTheHeapAndTheNumberOfParts(
            long heapMib,
            int parts,
            int inFlight,
            long heldMib,
            int fetchMib,
            int records,
            int polled) {
        var share = HeapShare.of(heapMib * MIB, parts);

        assertThat(share.maxInFlight()).isEqualTo(inFlight);
        assertThat(share.maxHeldBytes() / MIB).isEqualTo(heldMib);
        assertThat(share.fetchBytes() / MIB).isEqualTo(fetchMib);
        assertThat(share.bufferedRecords()).isEqualTo(records);
        assertThat(share.polledRecords()).isEqualTo(polled);
    }

    @Test
    void producerHasRoomForTheLargestRecordInASmallHeap() {
        assertThat(HeapShare.of(64 * MIB, 5).producerBytes(LARGEST_RECORD))
                .isEqualTo(LARGEST_RECORD);
    }

    @Test
    void ampleShareGivesTheMaximumLimits() {
        assertThat(HeapShare.AMPLE.maxInFlight()).isEqualTo(2_000);
        assertThat(HeapShare.AMPLE.maxHeldBytes()).isEqualTo(256 * MIB);
        assertThat(HeapShare.AMPLE.fetchBytes()).isEqualTo(16 * MIB);
        assertThat(HeapShare.AMPLE.producerBytes(LARGEST_RECORD)).isEqualTo(32 * MIB);
        assertThat(HeapShare.AMPLE.bufferedRecords()).isEqualTo(500);
    }

    @Property
    void moreHeapNeverLowersALimit(
            @ForAll @LongRange(min = 3, max = 1L << 40) long heap,
            @ForAll @LongRange(min = 0, max = 1L << 40) long more,
            @ForAll @IntRange(min = 1, max = 5) int parts) {
        var small = HeapShare.of(heap, parts);
        var large = HeapShare.of(heap + more, parts);

        assertThat(large.maxInFlight()).isGreaterThanOrEqualTo(small.maxInFlight());
        assertThat(large.maxHeldBytes()).isGreaterThanOrEqualTo(small.maxHeldBytes());
        assertThat(large.fetchBytes()).isGreaterThanOrEqualTo(small.fetchBytes());
        assertThat(large.producerBytes(1)).isGreaterThanOrEqualTo(small.producerBytes(1));
        assertThat(large.bufferedRecords()).isGreaterThanOrEqualTo(small.bufferedRecords());
    }

    @Test
    void zeroHeapIsRejected() {
        assertThatThrownBy(() -> new HeapShare(0)).hasMessageContaining("1 or more");
    }
}
