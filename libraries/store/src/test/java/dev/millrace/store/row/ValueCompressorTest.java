package dev.millrace.store.row;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ValueCompressorTest {
    private static byte[] original(StoredValue stored) {
        int originalBytes = stored.originalBytes() == null ? 0 : stored.originalBytes();
        return StoredValue.original(Objects.requireNonNull(stored.bytes()), originalBytes);
    }

    @Test
    void successiveValuesAreIndependent() {
        byte[] first = "the parcel has not come; ".repeat(400).getBytes(UTF_8);
        byte[] second = "the refund is too low; ".repeat(700).getBytes(UTF_8);
        StoredValue storedFirst;
        StoredValue storedSecond;
        StoredValue storedAlone;
        try (var alone = new ValueCompressor()) {
            storedAlone = alone.stored(second);
        }
        try (var compressor = new ValueCompressor()) {
            storedFirst = compressor.stored(first);
            storedSecond = compressor.stored(second);
        }

        assertThat(storedFirst.bytes()).hasSizeLessThan(first.length);
        assertThat(original(storedFirst)).isEqualTo(first);
        assertThat(original(storedSecond)).isEqualTo(second);
        assertThat(storedAlone.bytes()).isEqualTo(storedSecond.bytes());
    }

    @Test
    void valueThatDoesNotShrinkIsUnchanged() {
        byte[] random = new byte[5_000];
        new SplittableRandom(1).nextBytes(random);
        try (var compressor = new ValueCompressor()) {
            assertThat(compressor.stored(random)).isEqualTo(new StoredValue(random, null));
        }
    }

    @Test
    void shortOrMissingValueIsUnchanged() {
        byte[] blanks = " ".repeat(2_047).getBytes(UTF_8);
        try (var compressor = new ValueCompressor()) {
            assertThat(compressor.stored(blanks)).isEqualTo(new StoredValue(blanks, null));
            assertThat(compressor.stored(null)).isEqualTo(new StoredValue(null, null));
        }
    }
}
