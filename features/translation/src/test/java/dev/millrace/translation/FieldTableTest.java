package dev.millrace.translation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.translation.field.FieldRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FieldTableTest {
    @ParameterizedTest
    @EnumSource
    void everyRowHasACase(FieldCases cases) {
        assertThat(cases.cases().stream().map(FieldCases.Case::row).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(
                        cases.table().rows().stream().map(FieldRow::path).toList());
    }

    @TestFactory
    Stream<DynamicTest> eachCaseBecomesWhatItsRowSays() {
        return Stream.of(FieldCases.values())
                .flatMap(
                        table ->
                                table.cases().stream()
                                        .map(
                                                it ->
                                                        DynamicTest.dynamicTest(
                                                                table + " " + it,
                                                                () -> check(table, it))));
    }

    private static void check(FieldCases table, FieldCases.Case it) {
        FieldCases.Outcome outcome = table.translate(it.body());
        FieldCases.Outcome expected = it.expected();

        assertThat(outcome.body()).isEqualTo(expected.body());
        assertThat(outcome.omitted()).isEqualTo(expected.omitted());
        if (expected.refused().isEmpty()) {
            assertThat(outcome.refused()).isEmpty();
        } else {
            assertThat(outcome.refused()).startsWith(expected.refused() + " ");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CHAT_REQUEST", "MESSAGES_REQUEST"})
    void thePageListsTheFieldsOfARequestThatAreNotSent(FieldCases cases) throws IOException {
        // Tests run in the directory of their module.
        assertThat(Files.readString(Path.of("..", "..", "docs", "providers.md")))
                .contains("\n\n" + cases.fieldsNotSent() + "\n\n");
    }
}
