package dev.millrace.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StolenTimeTest {
    @Test
    void percentageIsOfAllTimeBetweenTwoReadings() {
        var before = StolenTime.of("cpu  120 0 0 940 0 0 0 50 70 0");
        var after = StolenTime.of("cpu  220 0 0 940 0 0 0 150 70 0");

        assertThat(after.percentSince(before)).isEqualTo(50.0);
    }

    @Test
    void nothingIsKnownOnOtherSystems() {
        for (String line : new String[] {"", "cpu  1 2 3 4"}) {
            var none = StolenTime.of(line);

            assertThat(none.percentSince(none)).isNull();
        }
    }
}
