package dev.millrace.standalone.architecture;

import dev.millrace.standalone.architecture.PatternProgram.Read;
import dev.millrace.standalone.architecture.PatternProgram.Way;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/**
 * Decides whether the work of a regular expression is bounded by the length of the text.
 *
 * <p>The work is not bounded if one text leads from a repetition back to it, from there to a second
 * repetition, and from the second back to it. When this text is repeated, each occurrence is
 * another place to change from the first repetition to the second. If no match follows, {@link
 * java.util.regex.Matcher} tries all of them. The search for the start of a match is such a first
 * repetition, of any character. Two ways through one repetition even double with each occurrence.
 */
final class PatternWork {
    /** Most reads of one character that limits of repetitions may permit. */
    private static final long MAX_READS = 2_500;

    private final PatternProgram program;
    private final SampleCharacters samples;
    private final List<Integer> characters;
    private final Map<Integer, List<Way>> ways = new HashMap<>();
    private final Map<Integer, Set<Integer>> reachable = new HashMap<>();
    private final Map<Step, List<Integer>> next = new HashMap<>();

    private PatternWork(PatternProgram program, SampleCharacters samples) {
        this.program = program;
        this.samples = samples;
        characters = samples.kinds();
        program.readers().forEach(it -> ways.put(it, program.ways(it)));
        program.readers().forEach(it -> reachable.put(it, reachable(it, _ -> true)));
    }

    /**
     * Returns what causes more work than the length of the text, such as a repeated character;
     * empty if the work is bounded.
     *
     * @param isSearch whether the expression may match anywhere in a text, as with {@code find}
     */
    static Optional<String> problem(String regex, int flags, boolean isSearch) {
        var samples = new SampleCharacters(regex);
        PatternNode all = PatternParser.parse(regex, flags, samples);
        if (all.canOverflowStack()) {
            return Optional.of("a repetition of variable text, which overflows the stack");
        }
        BitSet anywhere = isSearch ? samples.matching("(?s).", 0) : new BitSet();
        return new PatternWork(new PatternProgram(all, anywhere), samples).problem();
    }

    private Optional<String> problem() {
        List<Integer> repeated = program.readers().stream().filter(it -> reaches(it, it)).toList();
        for (int first : repeated) {
            for (int second : repeated) {
                for (int character : characters) {
                    if (reads(first, character)
                            && reads(second, character)
                            && (first == second
                                    ? hasTwoLoops(first, character)
                                    : canMultiply(first, second)
                                            && isRepeatable(first, second, character))) {
                        return Optional.of("repeated \"" + samples.text(character) + "\"");
                    }
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns true if the second repetition can follow the first. Ignores repetitions with low
     * limits, and the search for a start before a repetition that can end the match each time: what
     * it has read is not read again.
     */
    private boolean canMultiply(int first, int second) {
        if (first == program.search()) {
            return limit(second) > MAX_READS
                    && reachable(second, it -> !program.canEndAfter(it)).contains(second);
        }
        return reaches(first, second) && (long) limit(first) * limit(second) > MAX_READS;
    }

    private int limit(int reader) {
        return ((Read) program.step(reader)).limit();
    }

    private record Pair(int a, int b, int character, boolean differs) {}

    /** Returns true if one text leads from a step back to it in two ways. */
    private boolean hasTwoLoops(int reader, int character) {
        return isReached(
                new Pair(reader, reader, character, false),
                new Pair(reader, reader, character, true),
                from -> pairs(from, reader));
    }

    private Stream<Pair> pairs(Pair from, int target) {
        var pairs = new ArrayList<Pair>();
        for (int to : characters) {
            List<Integer> a = next(from.a, from.character, to, target);
            List<Integer> b = next(from.b, from.character, to, target);
            for (int i = 0; i < a.size(); i++) {
                for (int j = 0; j < b.size(); j++) {
                    pairs.add(new Pair(a.get(i), b.get(j), to, from.differs || i != j));
                }
            }
        }
        return pairs.stream();
    }

    private record Triple(int first, int between, int second, int character) {}

    private boolean isRepeatable(int first, int second, int character) {
        return isReached(
                new Triple(first, first, second, character),
                new Triple(first, second, second, character),
                from -> triples(from, first, second));
    }

    private Stream<Triple> triples(Triple from, int first, int second) {
        var triples = new ArrayList<Triple>();
        for (int to : characters) {
            for (int a : next(from.first, from.character, to, first)) {
                for (int b : next(from.between, from.character, to, second)) {
                    for (int c : next(from.second, from.character, to, second)) {
                        triples.add(new Triple(a, b, c, to));
                    }
                }
            }
        }
        return triples.stream();
    }

    private static <T> boolean isReached(T start, T end, Function<T, Stream<T>> next) {
        var known = new HashSet<T>();
        var open = new ArrayDeque<>(List.of(start));
        while (!open.isEmpty() && !known.contains(end)) {
            next.apply(open.remove()).filter(known::add).forEach(open::add);
        }
        return known.contains(end);
    }

    private record Step(int reader, int previous, int character, int target) {}

    /** Returns the steps that can read a character after another, and lead to a target. */
    private List<Integer> next(int reader, int previous, int character, int target) {
        return next.computeIfAbsent(new Step(reader, previous, character, target), this::next);
    }

    private List<Integer> next(Step step) {
        return ways(step.reader).stream()
                .filter(it -> reads(it.step(), step.character))
                .filter(it -> it.isPossible(step.previous, step.character))
                .map(Way::step)
                .filter(it -> it == step.target || reaches(it, step.target))
                .toList();
    }

    private boolean reads(int reader, int character) {
        return ((Read) program.step(reader)).set().get(character);
    }

    private List<Way> ways(int reader) {
        return ways.getOrDefault(reader, List.of());
    }

    private boolean reaches(int reader, int target) {
        return reachable.getOrDefault(reader, Set.of()).contains(target);
    }

    /** Returns the steps after a step, over steps that are allowed. */
    private Set<Integer> reachable(int reader, IntPredicate isAllowed) {
        var known = new HashSet<Integer>();
        var open = new ArrayDeque<>(List.of(reader));
        while (!open.isEmpty()) {
            ways(open.remove()).stream()
                    .map(Way::step)
                    .filter(isAllowed::test)
                    .filter(known::add)
                    .forEach(open::add);
        }
        return known;
    }
}
