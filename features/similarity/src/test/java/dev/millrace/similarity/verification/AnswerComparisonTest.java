package dev.millrace.similarity.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.similarity.embedding.EmbeddingModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerComparisonTest {
    private static EmbeddingModel model;
    private static AnswerComparison comparison;

    @BeforeAll
    static void load() {
        model = EmbeddingModel.load();
        comparison = new AnswerComparison(model);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Paris                                        | paris.
                    **Yes**, you can.                            | Yes, you can!
                    You can return items within 30 days.         | Items can be returned within 30 days.
                    The capital of France is Paris.              | Paris is the capital of France.
                    To reset your password, click on "Forgot password" on the login page and follow the link in the mail. | Click "Forgot password" on the login page, then follow the link that we mail you to reset your password.
                    Yes, we ship to Canada.                      | Yes, we do ship to Canada.
                    The fee is $5 and is paid within 30 days.    | Within 30 days, a fee of $5 must be paid.
                    """)
    void answersSayTheSame(String a, String b) {
        assertThat(comparison.compare(a, b)).isEqualTo(AnswerVerdict.SAME);
        assertThat(comparison.compare(b, a)).isEqualTo(AnswerVerdict.SAME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    You can return items within 30 days.         | You can return items within 14 days.
                    Yes, we ship to Canada.                      | No, we ship to Canada only on request.
                    You can pay with a card.                     | You cannot pay with a card.
                    It costs 5 $.                                | It costs 5 €.
                    It takes three days.                         | It takes two days.
                    The capital of France is Paris.              | Boil the eggs for some minutes.
                    The ticket is -5                             | The ticket is 7
                    """)
    void answersSaySomethingElse(String a, String b) {
        assertThat(comparison.compare(a, b)).isEqualTo(AnswerVerdict.DIFFERENT);
        assertThat(comparison.compare(b, a)).isEqualTo(AnswerVerdict.DIFFERENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2,", ".", "\n", "hi ", "1. "})
    void longRepetitionIsReadToItsEnd(String repeated) {
        String start = repeated.repeat(16_000);

        assertThat(comparison.compare(start + "It costs 3 $x", start + "It costs 4 $x"))
                .isEqualTo(AnswerVerdict.DIFFERENT);
    }

    @Test
    void numberOfAListIsNoFact() {
        String a = "Do this:\n1. Open the settings.\n2. Choose a new password and save it.";
        String b = "Do this: Open the settings. Then choose a new password and save it.";

        assertThat(comparison.compare(a, b)).isEqualTo(AnswerVerdict.SAME);
    }

    /** The documentation of the comparison names this gap. */
    @Test
    void otherNameInAnEqualSentenceIsNotSeen() {
        assertThat(
                        comparison.compare(
                                "Please send the parcel back to our warehouse in Leeds.",
                                "Please send the parcel back to our warehouse in Bristol."))
                .isEqualTo(AnswerVerdict.SAME);
    }

    @Test
    void emptyOrLongAnswersAreUndecided() {
        String answer = "Open the settings and choose a new password. ";

        assertThat(comparison.compare("", "Paris")).isEqualTo(AnswerVerdict.UNDECIDED);
        assertThat(comparison.compare("Paris", " ...\n")).isEqualTo(AnswerVerdict.UNDECIDED);
        assertThat(comparison.compare(answer.repeat(100), answer))
                .isEqualTo(AnswerVerdict.UNDECIDED);
        assertThat(comparison.compare(answer.repeat(100), answer.repeat(100)))
                .isEqualTo(AnswerVerdict.SAME);
    }
}
