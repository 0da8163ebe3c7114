package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Follows the relative links of the Markdown pages to files, headings and classes. */
class LinksTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    /** Text, path and heading of a link; a link within its page has an empty path. */
    private static final Pattern LINK =
            Pattern.compile("\\[([^\\]]*)]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    static Stream<Path> pages() throws IOException {
        var pages = new ArrayList<Path>();
        pages.add(ROOT.resolve("CONTRIBUTING.md"));
        try (Stream<Path> folders = Files.walk(ROOT, 2)) {
            folders.filter(folder -> !folder.startsWith(ROOT.resolve("docs")))
                    .map(folder -> folder.resolve("README.md"))
                    .filter(Files::exists)
                    .forEach(pages::add);
        }
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages.stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsToAFileAndItsHeading(Path page) throws IOException {
        for (MatchResult link : links(page)) {
            Path target = target(page, link);

            assertThat(target).as("target of %s", link.group()).exists();
            if (link.group(3) != null) {
                assertThat(anchors(target)).as("headings of %s", target).contains(link.group(3));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void aLinkToAClassShowsTheNameOfTheClass(Path page) throws IOException {
        assertThat(links(page))
                .filteredOn(link -> link.group(1).startsWith("`"))
                .filteredOn(link -> link.group(2).endsWith(".java"))
                .allSatisfy(
                        link ->
                                assertThat("`" + Path.of(link.group(2)).getFileName() + "`")
                                        .isEqualTo(link.group(1).replaceFirst("`$", ".java`")));
    }

    @Test
    void linksAreFound() throws IOException {
        assertThat(links(ROOT.resolve("CONTRIBUTING.md"))).hasSizeGreaterThan(15);
    }

    private static List<MatchResult> links(Path page) throws IOException {
        return LINK.matcher(withoutCode(page)).results().toList();
    }

    private static Path target(Path page, MatchResult link) {
        return link.group(2).isEmpty() ? page : page.resolveSibling(link.group(2)).normalize();
    }

    private static String withoutCode(Path page) throws IOException {
        return CODE_BLOCK.matcher(Files.readString(page)).replaceAll("");
    }

    /** Returns the anchors that GitHub gives to the headings of a page. */
    private static List<String> anchors(Path page) throws IOException {
        return HEADING.matcher(withoutCode(page))
                .results()
                .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_\\- ]", "").replace(' ', '-'))
                .toList();
    }
}
