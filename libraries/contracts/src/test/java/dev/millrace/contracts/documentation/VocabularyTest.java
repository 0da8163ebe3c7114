package dev.millrace.contracts.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Compares the words of the main code with {@code docs/glossary.md}, which is the authority. */
class VocabularyTest {
    private static final Path ROOT = Path.of("..", "..");

    /**
     * Words that have a synonym in the glossary, in identifiers and comments.
     *
     * @param pattern finds the word
     * @param instead the term of the glossary
     * @param packages where the word would mean the term
     */
    record Synonym(Pattern pattern, String instead, List<String> packages) {
        Synonym(String pattern, String instead, String... packages) {
            this(
                    Pattern.compile(pattern),
                    instead,
                    packages.length == 0 ? List.of("dev.millrace") : List.of(packages));
        }

        @Override
        public String toString() {
            return instead + " instead of " + pattern;
        }
    }

    /** The noun. Tenants do share an account, and each has a share of a turn. */
    private static final String SHARE_OF_AN_ACCOUNT =
            "(?<=\\b(?:an?|its|the|their) |'s )shares?\\b" // in comments
                    + "|(?<!\\.)\\bshares?(?= ?[=;.,()])|\\.shares?\\(\\)" // names
                    + "|Share(?!d)|SHARE"; // parts of names

    static final List<Synonym> SYNONYMS =
            List.of(
                    new Synonym("(?i)(?<![a-z])loans?(?![a-z])|Loan", "lease"),
                    new Synonym("(?i)cache[ _]?(group|cluster)", "namespace"),
                    new Synonym("(?i)fail-?over", "fall back"),
                    new Synonym("(?i)dead[- ]letter queue|\\bDLQ\\b", "dead letter"),
                    new Synonym("(?i)poison pill", "poison candidate"),
                    new Synonym("(?i)\\bdebit|charge-?back", "settle"),
                    new Synonym(SHARE_OF_AN_ACCOUNT, "lease", "dev.millrace.router.budget"),
                    new Synonym(
                            "(?i)(?<!matcher\\.)group", "namespace", "dev.millrace.router.cache"),
                    new Synonym(
                            "(?i)(?<!matcher\\.)group",
                            "namespace",
                            "dev.millrace.router.semantic"));

    /**
     * Words with one meaning. A type whose name has such a word is in one of these packages.
     *
     * @param packages of the meaning that the glossary gives; of an account also the simulator's,
     *     since providers call a customer's limits and credit so
     */
    record Home(String word, String term, List<String> packages) {
        @Override
        public String toString() {
            return word;
        }
    }

    static final List<Home> HOMES =
            List.of(
                    new Home(
                            "Account",
                            "account",
                            List.of("dev.millrace.router.budget", "dev.millrace.simulator")),
                    new Home("Chain", "chain", List.of("dev.millrace.router")),
                    new Home(
                            "Lease",
                            "lease",
                            List.of(
                                    "dev.millrace.quota",
                                    "dev.millrace.router.budget",
                                    "dev.millrace.worker.quota")),
                    new Home("Ledger", "ledger", List.of("dev.millrace.worker.ledger")),
                    new Home(
                            "Namespace",
                            "namespace",
                            List.of(
                                    "dev.millrace.router.semantic",
                                    "dev.millrace.similarity.prompt")),
                    new Home("Parked", "parked", List.of("dev.millrace.router.budget")),
                    new Home("Reservation", "reservation", List.of("dev.millrace.router.budget")));

    private static final Pattern TERM = Pattern.compile("(?m)^- \\[?([^\\]:\n]+)[\\]:]");
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]\\w+)`");

    private static final Map<Path, String> SOURCES = sources();

    private static Map<Path, String> sources() {
        var sources = new TreeMap<Path, String>();
        try {
            for (Path file : MavenModule.sources()) {
                sources.put(file, Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static String glossary() throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve("glossary.md"));
    }

    private static Set<String> terms() throws IOException {
        return TERM.matcher(glossary())
                .results()
                .map(it -> it.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void sourcesAreFound() {
        assertThat(SOURCES).hasSizeGreaterThan(1_000);
    }

    @ParameterizedTest
    @FieldSource("SYNONYMS")
    void codeUsesTheTermOfTheGlossary(Synonym synonym) throws IOException {
        assertThat(terms()).contains(synonym.instead());
        assertThat(found(synonym, SOURCES)).isEmpty();
    }

    private static List<String> found(Synonym synonym, Map<Path, String> sources) {
        var found = new ArrayList<String>();
        sources.forEach(
                (file, text) -> {
                    if (isIn(synonym.packages(), file)) {
                        synonym.pattern()
                                .matcher(text)
                                .results()
                                .map(MatchResult::group)
                                .forEach(word -> found.add(file + ": " + word));
                    }
                });
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "class PartitionLoan {}, 0",
        "long loan = lent();, 0",
        "// The loans of a partition., 0",
        "/** One cache group. */, 1",
        "/** A fail-over. */, 2",
        "/** Goes to the DLQ. */, 3",
        "CACHE_GROUP = 1, 1",
        "record FundingShare() {}, 6",
        "lend(share); , 6",
        "report.share().lent(), 6",
        "// A tenant's share is lent., 6",
        "String group = key;, 7"
    })
    void aSynonymIsFound(String code, int index) {
        assertThat(planted(code, index)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/** Tenants share an account. */, 6",
        "turn.share(tenants), 6",
        "class SharedAccount {}, 6",
        "matcher.group(1), 7"
    })
    void theWordWithAnotherMeaningIsNotFound(String code, int index) {
        assertThat(planted(code, index)).isEmpty();
    }

    @Test
    void aSynonymIsFoundOnlyInItsPackages() {
        assertThat(found(SYNONYMS.get(7), Map.of(source("dev.millrace.worker"), "String group;")))
                .isEmpty();
    }

    private static List<String> planted(String code, int index) {
        Synonym synonym = SYNONYMS.get(index);
        return found(synonym, Map.of(source(synonym.packages().getFirst()), code));
    }

    private static Path source(String inPackage) {
        return Path.of("m/src/main/java", inPackage.replace('.', '/'), "Planted.java");
    }

    @ParameterizedTest
    @FieldSource("HOMES")
    void typesNamedByAWordMeanWhatItMeans(Home home) throws IOException {
        assertThat(terms()).contains(home.term());
        assertThat(SOURCES.keySet()).filteredOn(file -> isElsewhere(home, file)).isEmpty();
    }

    private static boolean isElsewhere(Home home, Path file) {
        String name = file.getFileName().toString();
        return Pattern.compile(home.word() + "(?![a-rt-z])").matcher(name).find()
                && !isIn(home.packages(), file);
    }

    private static boolean isIn(List<String> packages, Path file) {
        String folder = file.toString().replace('/', '.').replace('\\', '.');
        return packages.stream().anyMatch(it -> folder.contains("." + it + "."));
    }

    @Test
    void aTypeOutsideTheHomeOfItsWordIsFound() {
        var ledger = new Home("Ledger", "ledger", List.of("dev.millrace.worker.ledger"));

        assertThat(Stream.of("worker/ledger", "simulator"))
                .map(it -> Path.of("m/src/main/java/dev/millrace", it, "LedgerEntry.java"))
                .map(it -> isElsewhere(ledger, it))
                .containsExactly(false, true);
    }

    @Test
    void everyTypeInTheGlossaryExists() throws IOException {
        Set<String> types =
                SOURCES.keySet().stream()
                        .map(file -> file.getFileName().toString().replace(".java", ""))
                        .collect(Collectors.toSet());

        assertThat(TYPE.matcher(glossary()).results().map(it -> it.group(1)))
                .isNotEmpty()
                .allSatisfy(type -> assertThat(types).contains(type));
    }
}
