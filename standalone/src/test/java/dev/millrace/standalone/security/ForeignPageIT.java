package dev.millrace.standalone.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ListenAddress;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.GatewayApi;
import dev.millrace.gateway.http.HttpRoute;
import dev.millrace.gateway.http.LocalCallers;
import dev.millrace.standalone.ops.BindAddress;
import dev.millrace.standalone.ops.OpsServer;
import dev.millrace.testclusters.browser.Browser;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page of another origin, in a real browser, that tries to use a gateway without keys. */
class ForeignPageIT {
    /**
     * Sends requests in every way that a page can without a preflight, and in some ways that need
     * one. The page's title reports the number of readable answers.
     */
    private static String page(String gateway, String metrics) {
        return """
            <!doctype html><title>trying</title><iframe name="frame"></iframe>
            <form method="post" enctype="text/plain" target="frame"
                  action="%1$s/v1/chat/completions"><input name='{"a":"' value='"}'></form>
            <script>
            const post = (path, body, more) => fetch('%1$s' + path, {method: 'POST', body, ...more});
            const call = '/v1/chat/completions';
            const form = new FormData();
            form.append('purpose', 'batch');
            form.append('file', new Blob(['{}']), 'a.jsonl');
            const json = {headers: {'Content-Type': 'application/json'}};
            const tries = () => [
                post(call, '{}'), post(call, '{}', {mode: 'no-cors'}), post(call, '{}', json),
                post(call, new Blob(['{}']), {mode: 'no-cors'}),
                post(call, new URLSearchParams({a: 1}), {mode: 'no-cors'}),
                post(call, new Blob(['{}'], {type: 'multipart/form-data'}), {mode: 'no-cors'}),
                post('/v1/files', form), post('/v1/files', form, {mode: 'no-cors'}),
                post(call, '{}', {credentials: 'include', mode: 'no-cors'}),
                fetch('%1$s/v1/models', {mode: 'no-cors'}), fetch('%1$s/v1/models'),
                fetch('%1$s/v1/files', {method: 'DELETE'}), fetch('%1$s/v1/files', {method: 'PUT'}),
                fetch('%2$s/metrics')];
            (async () => {
                navigator.sendBeacon('%1$s' + call, '{}');
                navigator.sendBeacon('%1$s' + call, new Blob(['{}'], {type: 'text/plain'}));
                new Image().src = '%1$s/v1/models';
                document.forms[0].submit();
                const ended = await Promise.allSettled(tries());
                const read = ended.filter(it => it.status === 'fulfilled' && it.value.ok).length;
                document.title = 'read ' + read;
            })();
            </script>
            """
                .formatted(gateway, metrics);
    }

    private final AtomicInteger handled = new AtomicInteger();
    private WebServer gateway;
    private WebServer page;
    private OpsServer ops;

    @BeforeEach
    void start() {
        var api =
                new GatewayApi(
                        List.of(
                                HttpRoute.post("chat/completions", _ -> handled.incrementAndGet()),
                                HttpRoute.post("files", _ -> handled.incrementAndGet()),
                                HttpRoute.delete("files", _ -> handled.incrementAndGet()),
                                HttpRoute.get(
                                        "models",
                                        it -> {
                                            handled.incrementAndGet();
                                            it.sendJson("{}".getBytes(UTF_8));
                                        })),
                        new LocalCallers(CorsRules.NONE),
                        1 << 20,
                        () -> "req_test");
        gateway = WebServer.builder().host("127.0.0.1").routing(api::addTo).build().start();
        ops =
                OpsServer.start(
                        BindAddress.configured(new ListenAddress("127.0.0.1", 0), "--metrics"),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        Map::of);
        String html = page("http://127.0.0.1:" + gateway.port(), "http://" + ops.address());
        page =
                WebServer.builder()
                        .host("127.0.0.1")
                        .routing(
                                it ->
                                        it.get(
                                                "/",
                                                (_, response) ->
                                                        response.header(
                                                                        HeaderNames.CONTENT_TYPE,
                                                                        "text/html")
                                                                .send(html)))
                        .build()
                        .start();
    }

    @AfterEach
    void stop() {
        page.stop();
        gateway.stop();
        ops.close();
    }

    @Test
    void nothingThatItSendsIsHandled() {
        try (var browser = Browser.start()) {
            for (String host : List.of("localhost", "127.0.0.1")) {
                browser.open("http://" + host + ":" + page.port() + "/");
                browser.awaitValue("document.title.startsWith('read ')", "true");

                assertThat(browser.evaluate("document.title")).as(host).isEqualTo("read 0");
            }
        }
        assertThat(handled).hasValue(0);
    }
}
