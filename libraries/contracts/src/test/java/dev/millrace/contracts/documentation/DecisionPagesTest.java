package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the pages of decisions with the code that cites them, and with their index. */
class DecisionPagesTest {
    private static final Path ROOT = Path.of("..", "..");
    private static final Path PAGES = ROOT.resolve("docs").resolve("decisions");
    private static final String TEMPLATE = "000-template.md";
    private static final Pattern CITATION = Pattern.compile("docs/decisions/[0-9][^\\s}\"]*");

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(TEMPLATE))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void codeCitesEveryPageAndNoOther() throws IOException {
        Set<String> expected =
                pages().stream()
                        .map(page -> "docs/decisions/" + page)
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(citations()).containsExactlyElementsOf(expected);
    }

    @Test
    void theIndexListsEveryPageInOrder() throws IOException {
        String index = Files.readString(ROOT.resolve("docs").resolve("README.md"));

        assertThat(
                        Pattern.compile("\\]\\(decisions/([^)]+)\\)")
                                .matcher(index)
                                .results()
                                .map(link -> link.group(1)))
                .containsExactlyElementsOf(pages());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageHasTheHeadingsOfTheTemplate(String page) throws IOException {
        List<String> headings = headings(page);

        assertThat(headings.getFirst()).startsWith("# " + page.substring(0, 3) + ": ");
        assertThat(headings.stream().skip(1))
                .containsExactlyElementsOf(headings(TEMPLATE).stream().skip(1).toList());
    }

    private static List<String> headings(String page) throws IOException {
        return Files.readAllLines(PAGES.resolve(page)).stream()
                .filter(line -> line.startsWith("#"))
                .toList();
    }

    /** Returns the pages that the main code of all modules and the script of checksums name. */
    private static Set<String> citations() throws IOException {
        var cited = new TreeSet<String>();
        addCitationsOf(ROOT.resolve(".ci").resolve("checksums"), cited);
        for (Path file : MavenModule.sources()) {
            addCitationsOf(file, cited);
        }
        return cited;
    }

    private static void addCitationsOf(Path file, Set<String> cited) throws IOException {
        CITATION.matcher(Files.readString(file))
                .results()
                .map(MatchResult::group)
                .forEach(cited::add);
    }
}
