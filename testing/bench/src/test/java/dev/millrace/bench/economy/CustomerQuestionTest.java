package dev.millrace.bench.economy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CustomerQuestionTest {
    private static final List<CustomerQuestion> QUESTIONS =
            LongStream.range(0, 5_000).mapToObj(CustomerQuestion::of).toList();

    @Test
    void oneWordingHasOneMeaning() {
        var meanings =
                QUESTIONS.stream()
                        .collect(
                                Collectors.groupingBy(
                                        CustomerQuestion::text,
                                        Collectors.mapping(
                                                CustomerQuestion::meaning, Collectors.toSet())));

        assertThat(meanings.values()).allSatisfy(it -> assertThat(it).hasSize(1));
    }

    @Test
    void meaningsHaveManyWordings() {
        assertThat(QUESTIONS.stream().map(CustomerQuestion::meaning).distinct().count())
                .isBetween(150L, 200L);
        assertThat(QUESTIONS.stream().map(CustomerQuestion::text).distinct().count())
                .isBetween(900L, 3_000L);
        assertThat(QUESTIONS).noneMatch(it -> it.text().contains("{"));
    }
}
