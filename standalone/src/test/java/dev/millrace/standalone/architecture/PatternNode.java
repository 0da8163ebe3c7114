package dev.millrace.standalone.architecture;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** A part of a regular expression. */
sealed interface PatternNode {
    /** Most repetitions for which the stack of a thread certainly suffices. */
    int SHALLOW = 1_000;

    /**
     * Returns true if {@link java.util.regex.Matcher} calls itself for each repetition: it does so
     * for a body of different lengths or with choices, unless the repetition is possessive.
     */
    default boolean canOverflowStack() {
        return switch (this) {
            case Characters _ -> false;
            case Sequence(var parts) -> parts.stream().anyMatch(PatternNode::canOverflowStack);
            case Choice(var branches) -> branches.stream().anyMatch(PatternNode::canOverflowStack);
            case Condition(_, var body) -> body.filter(PatternNode::canOverflowStack).isPresent();
            case Repetition(var body, _, int max, boolean isPossessive) ->
                    body.canOverflowStack()
                            || (max > SHALLOW && !isPossessive && body.hasSeveralForms());
        };
    }

    private boolean hasSeveralForms() {
        return switch (this) {
            case Characters _, Condition _ -> false;
            case Sequence(var parts) -> parts.stream().anyMatch(PatternNode::hasSeveralForms);
            case Choice _ -> true;
            case Repetition(var body, int min, int max, _) -> min != max || body.hasSeveralForms();
        };
    }

    /** One character of a set; the set has indexes of {@link SampleCharacters}. */
    record Characters(BitSet set) implements PatternNode {}

    record Sequence(List<PatternNode> parts) implements PatternNode {}

    record Choice(List<PatternNode> branches) implements PatternNode {}

    /**
     * A repetition.
     *
     * @param max {@link Integer#MAX_VALUE} without a limit
     * @param isPossessive whether it never gives back what it has read
     */
    record Repetition(PatternNode body, int min, int max, boolean isPossessive)
            implements PatternNode {}

    /**
     * A condition that reads no character.
     *
     * @param isPossible tells whether the condition can hold between two characters, given as
     *     samples
     * @param body what a lookahead reads; empty for all others
     */
    record Condition(BiPredicate<Integer, Integer> isPossible, Optional<PatternNode> body)
            implements PatternNode {}
}
