package dev.millrace.contracts.supply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The table of components, {@code docs/components.tsv}. Ages count from the date of the table, so
 * that no test fails because time has passed.
 */
class ComponentDatesTest {
    private static final String DATE_LINE = "# as of ";

    private final List<String> lines = read();

    /**
     * A line of the table.
     *
     * @param released a date, or {@code unknown}
     * @param reason why an old component is kept; empty if there is none
     */
    private record Row(Component component, String released, String reason) {
        static Row of(String line) {
            String[] cells = line.split("\t", -1);
            return new Row(
                    new Component(cells[0], cells[1]), cells[2], cells.length > 3 ? cells[3] : "");
        }

        boolean isYoungAt(LocalDate date) {
            return !released.equals("unknown")
                    && !LocalDate.parse(released).isBefore(date.minusYears(1));
        }
    }

    private static List<String> read() {
        try {
            return Files.readAllLines(Component.ROOT.resolve(Path.of("docs", "components.tsv")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<Row> rows() {
        return lines.stream().filter(line -> !line.startsWith("#")).map(Row::of).toList();
    }

    private LocalDate date() {
        return lines.stream()
                .filter(line -> line.startsWith(DATE_LINE))
                .map(line -> LocalDate.parse(line.substring(DATE_LINE.length())))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyChosenVersionHasADate() {
        assertThat(rows().stream().map(Row::component))
                .containsExactlyInAnyOrderElementsOf(Component.all());
    }

    @Test
    void everyComponentThatIsOlderThanAYearHasAReason() {
        LocalDate date = date();
        assertThat(rows().stream().filter(row -> !row.isYoungAt(date)))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.reason()).as(row.toString()).isNotEmpty());
    }
}
