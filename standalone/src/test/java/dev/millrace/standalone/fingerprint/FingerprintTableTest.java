package dev.millrace.standalone.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FingerprintTableTest {
    private final FingerprintTable table = new FingerprintTable();

    @AfterEach
    void close() {
        table.close();
    }

    @Test
    void keepsTheFirstValueOfAFingerprint() {
        assertThat(table.putIfAbsent(7, -3)).isEmpty();
        assertThat(table.putIfAbsent(7, 4)).hasValue(-3);
    }

    @Test
    void tellsZerosFromFreeEntries() {
        assertThat(table.putIfAbsent(0, 0)).isEmpty();
        assertThat(table.putIfAbsent(0, 1)).hasValue(0);
    }

    @Test
    void readsTheFirstSixteenDigitsOfAnId() {
        assertThat(FingerprintTable.of("00000000000000ff0000000000000001")).isEqualTo(255);
        assertThat(FingerprintTable.of("ffffffffffffffff0000000000000001")).isEqualTo(-1);
    }

    /** Crowded slots at the end of the table go on at its beginning. */
    @Test
    void agreesWithAHashMapWhileItGrows() {
        var random = new SplittableRandom(42);
        Map<Long, Integer> expected = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long fingerprint = random.nextLong(60_000) - 20_000;
            Integer earlier = expected.putIfAbsent(fingerprint, i);
            assertThat(table.putIfAbsent(fingerprint, i))
                    .isEqualTo(earlier == null ? OptionalInt.empty() : OptionalInt.of(earlier));
        }
    }
}
