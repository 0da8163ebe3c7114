package dev.millrace.bench.economy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.policy.Complexity;
import dev.millrace.router.RouterTopology;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class QuestionTest {
    private static final long MANY = 5_000;
    private static final List<Question> QUESTIONS =
            LongStream.range(0, MANY).mapToObj(Question::of).toList();

    @Test
    void fortyPercentRepeatAnEarlierQuestion() {
        assertThat(QUESTIONS.stream().map(Question::text).distinct())
                .hasSize((int) (MANY * 6 / 10));
    }

    @Test
    void distinctQuestionsHaveThePublishedMix() {
        var distinct =
                QUESTIONS.stream()
                        .collect(
                                Collectors.toMap(
                                        Question::text, Question::complexity, (first, _) -> first))
                        .values();

        assertThat(share(distinct, Complexity.SIMPLE)).isCloseTo(0.6, within(0.03));
        assertThat(share(distinct, Complexity.MODERATE)).isCloseTo(0.3, within(0.03));
        assertThat(share(distinct, Complexity.COMPLEX)).isCloseTo(0.1, within(0.03));
    }

    private static double share(Iterable<Complexity> all, Complexity wanted) {
        long count = 0;
        long found = 0;
        for (Complexity each : all) {
            count++;
            found += each == wanted ? 1 : 0;
        }
        return (double) found / count;
    }

    @Test
    void classifierAgreesWithTheComplexity() {
        var classifier = RouterTopology.classifier();
        for (Question question : QUESTIONS.subList(0, 500)) {
            RequestLine line = line(question);

            assertThat(classifier.classify(line, Instant.EPOCH).complexity())
                    .as(question.text())
                    .isEqualTo(question.complexity());
        }
    }

    private static RequestLine line(Question question) {
        byte[] bytes =
                Question.line(question.number(), question.text(), Strategy.ROUTING_AND_CACHE)
                        .getBytes(UTF_8);
        return RequestParser.parse(bytes).accepted();
    }
}
