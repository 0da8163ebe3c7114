package dev.millrace.gateway.dashboard;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Serves the dashboard's page and files. They are identical for every caller and contain no data;
 * the page reads the usage API with the caller's key.
 */
public final class DashboardPage {
    /**
     * Forbids everything that the page does not need: other hosts, inline code and styles, frames,
     * and text that becomes HTML.
     */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
                    + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /** The version is the one in the root pom.xml. */
    private static final String CHART_LIBRARY =
            "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

    private static final List<PageFile> FILES =
            List.of(
                    new PageFile("/", "index.html", "text/html; charset=utf-8"),
                    new PageFile("/dashboard/page.css", "page.css", "text/css; charset=utf-8"),
                    new PageFile("/dashboard/page.js", "page.js", SCRIPT),
                    new PageFile("/dashboard/batches.js", "batches.js", SCRIPT),
                    new PageFile("/dashboard/batch.js", "batch.js", SCRIPT),
                    new PageFile("/dashboard/stream.js", "stream.js", SCRIPT),
                    new PageFile("/dashboard/format.js", "format.js", SCRIPT),
                    new PageFile("/dashboard/table.js", "table.js", SCRIPT),
                    new PageFile("/dashboard/pipeline.js", "pipeline.js", SCRIPT),
                    new PageFile("/dashboard/policies.js", "policies.js", SCRIPT),
                    new PageFile("/dashboard/spend.js", "spend.js", SCRIPT),
                    new PageFile("/dashboard/figures.js", "figures.js", SCRIPT),
                    new PageFile("/dashboard/charts.js", "charts.js", SCRIPT),
                    new PageFile("/dashboard/chart.js", CHART_LIBRARY, SCRIPT),
                    new PageFile("/dashboard/icon.svg", "icon.svg", "image/svg+xml"));

    private DashboardPage() {}

    private record PageFile(String path, String resource, String type) {
        byte[] content() {
            try (InputStream in = DashboardPage.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException(resource + " is missing");
                }
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Adds the page to the routes of a web server. */
    public static void addTo(HttpRules rules) {
        for (PageFile file : FILES) {
            rules.get(file.path, (_, response) -> head(file, response).send(file.content()))
                    .head(file.path, (_, response) -> sendLength(file, response));
        }
    }

    private static void sendLength(PageFile file, ServerResponse response) {
        head(file, response)
                .header(HeaderNames.CONTENT_LENGTH, Integer.toString(file.content().length))
                .send();
    }

    private static ServerResponse head(PageFile file, ServerResponse response) {
        return response.header(HeaderNames.CONTENT_TYPE, file.type)
                .header(HeaderNames.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY)
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff");
    }
}
