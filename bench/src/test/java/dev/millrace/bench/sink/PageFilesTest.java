package dev.millrace.bench.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class PageFilesTest {
    @Test
    void pageNamesStylesAndScripts() {
        assertThat(
                        PageFiles.links(
                                URI.create("http://localhost:1/"),
                                """
                                <link rel="stylesheet" href="/dashboard/page.css">
                                <a href="#main">Skip</a> <a href="https://example.org">elsewhere</a>
                                <script src="/dashboard/page.js" type="module"></script>"""))
                .containsExactly(
                        URI.create("http://localhost:1/dashboard/page.css"),
                        URI.create("http://localhost:1/dashboard/page.js"));
    }

    @Test
    void scriptNamesItsImports() {
        assertThat(
                        PageFiles.links(
                                URI.create("http://localhost:1/dashboard/page.js"),
                                "import { byId } from \"./format.js\";"))
                .containsExactly(URI.create("http://localhost:1/dashboard/format.js"));
    }
}
