package dev.millrace.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void wordsAreLeftAlignedAndFiguresRightAligned() {
        var table = new TextTable(1, "who", "jobs/s");
        table.addRow("Millrace", "7");
        table.addRow("me", "12,000,000");

        assertThat(table)
                .hasToString(
                        """
                        who           jobs/s
                        Millrace           7
                        me        12,000,000
                        """);
    }
}
