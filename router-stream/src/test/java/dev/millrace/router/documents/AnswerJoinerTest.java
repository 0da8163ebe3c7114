package dev.millrace.router.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.documents.AnswerJoiner.Group;
import dev.millrace.router.documents.AnswerJoiner.Item;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AnswerJoinerTest {
    private static Item answer(int tokens) {
        return new Item(tokens, false);
    }

    @Test
    void joinsAsManyAnswersAsFit() {
        assertThat(
                        AnswerJoiner.groups(
                                List.of(answer(60), answer(60), answer(60), answer(60)), 200))
                .contains(List.of(new Group(0, 2), new Group(2, 4)));
    }

    @Test
    void joinsTheOnlyAnswerWhateverItsSize() {
        assertThat(AnswerJoiner.groups(List.of(answer(1_000)), 200))
                .contains(List.of(new Group(0, 1)));
    }

    @Test
    void cannotJoinAnswersOfWhichNoTwoFit() {
        assertThat(AnswerJoiner.groups(List.of(answer(150), answer(150)), 200)).isEmpty();
    }

    @Test
    void keepsMissingPartsWithTheAnswersAroundThem() {
        assertThat(
                        AnswerJoiner.groups(
                                List.of(new Item(0, true), answer(1), new Item(0, true)), 50))
                .contains(List.of(new Group(0, 3)));
    }

    @Test
    void textNamesEachPart() {
        assertThat(AnswerJoiner.text("Join.", 3, 5, Arrays.asList("three", null)))
                .isEqualTo(
                        """
                        Join.

                        [3 of 5]
                        three

                        [4 of 5] This part could not be processed and is missing.""");
    }

    @Property
    void groupsContainEachItemOnceAndLevelsEnd(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 300) Integer> tokens) {
        List<Item> items = tokens.stream().map(it -> new Item(it, it % 7 == 0)).toList();

        AnswerJoiner.groups(items, 400)
                .ifPresent(
                        groups -> {
                            assertThat(groups.getFirst().from()).isZero();
                            assertThat(groups.getLast().to()).isEqualTo(items.size());
                            for (int i = 1; i < groups.size(); i++) {
                                assertThat(groups.get(i).from()).isEqualTo(groups.get(i - 1).to());
                            }
                            long answers = items.stream().filter(it -> !it.isOmitted()).count();
                            assertThat((long) groups.size()).isLessThan(Math.max(2, answers));
                        });
    }
}
