package dev.millrace.standalone.architecture;

import dev.millrace.standalone.architecture.PatternNode.Characters;
import dev.millrace.standalone.architecture.PatternNode.Choice;
import dev.millrace.standalone.architecture.PatternNode.Condition;
import dev.millrace.standalone.architecture.PatternNode.Repetition;
import dev.millrace.standalone.architecture.PatternNode.Sequence;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * The steps of a regular expression, as a nondeterministic automaton. A repetition with a high
 * limit counts as one without. What is possessive or atomic is only respected for one set of
 * characters: the automaton can do more than the expression, never less.
 */
final class PatternProgram {
    /** Largest difference of the limits of a repetition that becomes copies of its body. */
    private static final int FEW = 3;

    static final int UNLIMITED = Integer.MAX_VALUE;

    private final List<Step> steps = new ArrayList<>();
    private final int search;

    sealed interface Step {}

    /**
     * Reads a character.
     *
     * @param limit most repetitions of the step; {@link #UNLIMITED} without a limit
     */
    record Read(BitSet set, int next, int limit) implements Step {}

    /** Continues at each of several steps. */
    record Fork(List<Integer> next) implements Step {}

    /**
     * Continues if a condition on the characters before and after holds.
     *
     * @param canFail whether the condition depends on anything but a possessive repetition
     */
    record Check(BiPredicate<Integer, Integer> isPossible, boolean canFail, int next)
            implements Step {}

    record Match() implements Step {}

    /** A way to a step that reads: its number, and the conditions before it. */
    record Way(int step, List<BiPredicate<Integer, Integer>> conditions) {
        boolean isPossible(int previous, int next) {
            return conditions.stream().allMatch(it -> it.test(previous, next));
        }
    }

    /**
     * The steps of an expression.
     *
     * @param anywhere all characters, for an expression that is searched for; empty for one that
     *     must match from the start
     */
    PatternProgram(PatternNode all, BitSet anywhere) {
        int match = add(new Match());
        int start = compile(all, match, 1);
        search = anywhere.isEmpty() ? -1 : add(new Read(anywhere, steps.size() + 1, UNLIMITED));
        if (search >= 0) {
            add(new Fork(List.of(start, search)));
        }
    }

    Step step(int number) {
        return steps.get(number);
    }

    /** Returns the numbers of the steps that read a character. */
    List<Integer> readers() {
        return IntStream.range(0, steps.size())
                .filter(it -> steps.get(it) instanceof Read)
                .boxed()
                .toList();
    }

    /** Returns the step that skips a character before a match; -1 without a search. */
    int search() {
        return search;
    }

    /** Returns all ways from a step that reads to the next such steps. */
    List<Way> ways(int reader) {
        var ways = new ArrayList<Way>();
        collect(((Read) steps.get(reader)).next, new ArrayList<>(), List.of(), ways);
        return ways;
    }

    private void collect(
            int number,
            List<Integer> passed,
            List<BiPredicate<Integer, Integer>> conditions,
            List<Way> ways) {
        // A repetition within a repetition is entered again, as another way.
        if (Collections.frequency(passed, number) == 2) {
            return;
        }
        passed.add(number);
        switch (steps.get(number)) {
            case Read _ -> ways.add(new Way(number, conditions));
            case Fork(List<Integer> next) ->
                    next.forEach(it -> collect(it, passed, conditions, ways));
            case Check check -> {
                var all = new ArrayList<>(conditions);
                all.add(check.isPossible);
                collect(check.next, passed, all, ways);
            }
            case Match _ -> {}
        }
        passed.removeLast();
    }

    /** Returns true if a match is certain once a step has read its character. */
    boolean canEndAfter(int reader) {
        return canEnd(((Read) steps.get(reader)).next, new BitSet());
    }

    private boolean canEnd(int number, BitSet passed) {
        if (passed.get(number)) {
            return false;
        }
        passed.set(number);
        return switch (steps.get(number)) {
            case Read _ -> false;
            case Fork(List<Integer> next) -> next.stream().anyMatch(it -> canEnd(it, passed));
            case Check check -> !check.canFail && canEnd(check.next, passed);
            case Match _ -> true;
        };
    }

    private int add(Step step) {
        steps.add(step);
        return steps.size() - 1;
    }

    /** Adds the steps of a part that continue at another step, and returns the first. */
    private int compile(PatternNode node, int next, int limit) {
        return switch (node) {
            case Characters(BitSet set) -> add(new Read(set, next, limit));
            case Sequence(List<PatternNode> parts) -> {
                int first = next;
                for (PatternNode part : parts.reversed()) {
                    first = compile(part, first, limit);
                }
                yield first;
            }
            case Choice(List<PatternNode> branches) ->
                    add(new Fork(branches.stream().map(it -> compile(it, next, limit)).toList()));
            case Condition(var isPossible, var body) -> {
                int check = add(new Check(isPossible, true, next));
                // What a lookahead has read leads nowhere.
                yield body.map(it -> compile(it, add(new Fork(List.of())), limit))
                        .map(it -> add(new Fork(List.of(it, check))))
                        .orElse(check);
            }
            case Repetition repetition -> compile(repetition, next, limit);
        };
    }

    private int compile(Repetition repetition, int next, int limit) {
        int first = next;
        if (repetition.max() - repetition.min() <= FEW) {
            for (int i = repetition.min(); i < repetition.max(); i++) {
                first = add(new Fork(List.of(compile(repetition.body(), first, limit), next)));
            }
        } else if (repetition.max() == UNLIMITED) {
            first = loop(repetition.body(), afterAll(repetition, next), UNLIMITED);
        } else {
            long all = (long) limit * repetition.max();
            first = loop(repetition.body(), next, (int) Math.min(all, UNLIMITED));
        }
        for (int i = 0; i < repetition.min(); i++) {
            first = compile(repetition.body(), first, limit);
        }
        return first;
    }

    /** Returns a step after a possessive repetition, which has read all characters of its set. */
    private int afterAll(Repetition repetition, int next) {
        return repetition.isPossessive() && repetition.body() instanceof Characters(BitSet set)
                ? add(new Check((_, following) -> !set.get(following), false, next))
                : next;
    }

    private int loop(PatternNode body, int next, int limit) {
        var ways = new ArrayList<Integer>();
        int fork = add(new Fork(ways));
        ways.add(compile(body, fork, limit));
        ways.add(next);
        return fork;
    }
}
