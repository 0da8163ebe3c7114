package dev.millrace.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.sink.FakeSink;
import dev.millrace.gateway.sink.SinkClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageRoutesTest {
    private FakeSink sink;
    private SinkClient client;
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        sink = new FakeSink();
        client = new SinkClient(sink.settings());
        server = RunningServer.of(new UsageRoutes(client).routes());
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
        sink.close();
    }

    @Test
    void usageIsThatOfTheCallersTenant() throws Exception {
        sink.answer("usage?from=2026-11-01&model=gpt-4.1&tenant=default", 200, "{\"jobs\":7}");

        var response = server.send("GET", "/v1/usage?model=gpt-4.1&from=2026-11-01", "");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"jobs\":7}");
    }

    @ParameterizedTest
    @CsvSource({"tenant=acme,tenant", "from=yesterday,from", "to=2026-13-01,to"})
    void wrongParametersAreNamed(String query, String param) throws Exception {
        var response = server.send("GET", "/v1/usage?" + query, "");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(RunningServer.json(response).at("/error/param").asString()).isEqualTo(param);
    }

    @Test
    void withoutTheSinkTheRequestMayBeRepeated() throws Exception {
        sink.answer("usage?tenant=default", 500, "{}");

        var response = server.send("GET", "/v1/usage", "");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
    }
}
