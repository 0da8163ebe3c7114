package dev.millrace.standalone.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.standalone.console.UserError;
import dev.millrace.testclusters.SmallDisk;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTableTest {
    private final FingerprintTable table = FingerprintTable.temporary();

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
    void distinguishesZerosFromFreeEntries() {
        assertThat(table.putIfAbsent(0, 0)).isEmpty();
        assertThat(table.putIfAbsent(0, 1)).hasValue(0);
    }

    @Test
    void fingerprintIsTheFirstSixteenDigits() {
        assertThat(FingerprintTable.fingerprint("00000000000000ff0000000000000001")).isEqualTo(255);
        assertThat(FingerprintTable.fingerprint("ffffffffffffffff0000000000000001")).isEqualTo(-1);
    }

    @Test
    void reportsAFullFolder(@TempDir Path folder) {
        try (SmallDisk disk = SmallDisk.mount(folder, 1);
                var small = new FingerprintTable(disk.folder(), "--option")) {
            assertThatThrownBy(() -> fill(small, 100_000))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("--option");
        }
    }

    @Test
    void reportsAMissingFolder(@TempDir Path folder) {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> new FingerprintTable(missing, "--option"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(missing.toString());
    }

    private static void fill(FingerprintTable table, int count) {
        for (int i = 0; i < count; i++) {
            var _ = table.putIfAbsent(i, i);
        }
    }

    /** Probing wraps from the end of the table to its beginning. */
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
