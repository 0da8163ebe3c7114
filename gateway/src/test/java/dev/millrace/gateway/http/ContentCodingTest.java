package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "GZip",
                "br, gzip",
                "gzip;q=1",
                "gzip;q=1.000",
                "gzip; q=0.5, br",
                "identity;q=0, gzip ; Q=0.001",
                "gzip;q=0, gzip"
            })
    void listedCodingIsAccepted(String accepted) {
        assertThat(ContentCoding.GZIP.isAccepted(accepted)).isTrue();
    }

    @Test
    void longQualityIsRefused() {
        assertThat(ContentCoding.GZIP.isAccepted("gzip;q=0." + "1".repeat(31_000) + "x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                ";",
                "br",
                "gzipped",
                "x-gzip-2, agzip",
                "gzip;q=0",
                "gzip;q=0.",
                "gzip;q=0.000",
                "gzip;q=1.5",
                "gzip;q=x",
                "gzip;q=0.1;q=0.1",
                "gzip;level=1"
            })
    void codingWithoutAQualityAboveZeroIsNotAccepted(String accepted) {
        assertThat(ContentCoding.GZIP.isAccepted(accepted)).isFalse();
    }
}
