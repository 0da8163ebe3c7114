package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkerTest {
    @Test
    void markersDifferAndAreFoundInAText() {
        var marker = new Marker(255);
        String first = marker.next();

        assertThat(marker.next()).isNotEqualTo(first);
        assertThat(first).isEqualTo("q-ff-1.");
        assertThat(Marker.in("Simulated answer 0a1b to: q-ff-1. Where")).contains(first);
        assertThat(Marker.in("Simulated answer")).isEmpty();
    }
}
