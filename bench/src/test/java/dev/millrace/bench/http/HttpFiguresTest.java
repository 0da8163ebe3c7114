package dev.millrace.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.http.HttpFigures.Result;
import dev.millrace.contracts.config.provider.CertificateFile;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpFiguresTest {
    private static final HttpTrial TRIAL =
            new HttpTrial(
                    HttpContender.JDK_HTTP_2,
                    URI.create("https://127.0.0.1:9/v1"),
                    CertificateFile.of("ca.pem"),
                    5_000,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));

    private static HttpRow row(long failures) {
        return new HttpRow(4_950.5, 61.25, 1.5, 20.25, 40.75, 512, failures);
    }

    private static HttpFigures figures(long failures) {
        return new HttpFigures(List.of(new Result(TRIAL, row(failures))));
    }

    @Test
    void trialAndRowSurviveTheCommandLine() {
        assertThat(HttpTrial.parse(TRIAL.arguments())).isEqualTo(TRIAL);
        assertThat(HttpRow.parse(row(3).line() + "\n")).isEqualTo(row(3));
    }

    @Test
    void textHasOneLineForEachMeasurement() {
        assertThat(figures(0).text())
                .containsPattern(
                        "JDK, HTTP/2 +TLS +5,000 +1,000 +4,951 +61\\.3 +1\\.5 +20\\.3 +40\\.8 +512\n");
    }

    @Test
    void jsonHasTheKeysOfTheCommandLine() {
        assertThat(figures(0).json())
                .isEqualTo(
                        """
                        {"clients":[{"name":"jdk-2","tls":true,"in_flight":5000,"latency_ms":1000,\
                        "calls_per_second":4950.5,"cpu_us_per_call":61.25,"excess_p50_ms":1.5,\
                        "excess_p99_ms":20.25,"heap_kib_per_call":40.75,"resident_mib":512,\
                        "failures":0}],"good":true}""");
    }

    @Test
    void failedCallMakesFiguresBad() {
        assertThat(figures(2).isGood()).isFalse();
        assertThat(figures(2).text())
                .contains("PROBLEM JDK, HTTP/2, TLS, 5000 in flight: 2 calls failed");
    }
}
