package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FootprintTest {
    @ParameterizedTest
    @CsvSource({
        "worker1 files, 50, 200, false",
        "worker1 files, 50, 201, true",
        "worker1 MB, 300, 700, false",
        "worker1 MB, 300, 701, true",
        "control ramp, 0, 101, true",
        "control cancel, 0, 101, false"
    })
    void leakIsMuchMoreThanAtTheStart(String name, long start, long end, boolean isLeak) {
        assertThat(Footprint.isLeak(name, start, end)).isEqualTo(isLeak);
    }
}
