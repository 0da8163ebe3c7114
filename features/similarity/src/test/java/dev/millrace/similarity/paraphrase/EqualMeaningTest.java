package dev.millrace.similarity.paraphrase;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqualMeaningTest {
    private static final Wording DAYS = Wording.of("How many days has May?");
    private static final Wording OTHER_NUMBER = Wording.of("How many days have 2 months?");

    @ParameterizedTest
    @CsvSource({"0.95, true", "0.9499, false"})
    void cosineReachesTheThreshold(float cosine, boolean isEqual) {
        assertThat(new EqualMeaning(0.95f, true).of(cosine, DAYS, DAYS)).isEqualTo(isEqual);
    }

    @Test
    void guardComparesTheWordings() {
        assertThat(new EqualMeaning(0.95f, true).of(1, DAYS, OTHER_NUMBER)).isFalse();
        assertThat(new EqualMeaning(0.95f, false).of(1, DAYS, OTHER_NUMBER)).isTrue();
    }
}
