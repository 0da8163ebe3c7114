package dev.millrace.standalone.architecture;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Characters that stand for all others. Sets of characters are bits, one for each sample. */
final class SampleCharacters {
    /** Signs, letters, digits and marks of other scripts, and a character of two units. */
    private static final String OTHERS =
            "\u0301\u0660\u2013\u2028\u2029\u20ac\u212a\u2212\u3000\u4e2d\ufffd\ud83d\ude00";

    private static final int LATIN = 0x180;

    private final List<String> samples;

    /** All sets that were asked for. */
    private final Set<BitSet> sets = new LinkedHashSet<>();

    /** Adds the characters of a pattern to the usual samples. */
    SampleCharacters(String pattern) {
        samples =
                IntStream.concat(IntStream.range(0, LATIN), (OTHERS + pattern).codePoints())
                        .distinct()
                        .mapToObj(Character::toString)
                        .toList();
    }

    String text(int sample) {
        return samples.get(sample);
    }

    /** Returns one sample of each kind: two samples of a kind are in the same sets. */
    List<Integer> kinds() {
        Map<List<Boolean>, Integer> kinds = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            int sample = i;
            kinds.putIfAbsent(sets.stream().map(it -> it.get(sample)).toList(), sample);
        }
        return List.copyOf(kinds.values());
    }

    /** Returns the samples that a pattern of one character accepts. */
    BitSet matching(String oneCharacter, int flags) {
        var pattern = Pattern.compile(oneCharacter, flags);
        BitSet set =
                IntStream.range(0, samples.size())
                        .filter(it -> pattern.matcher(samples.get(it)).matches())
                        .collect(BitSet::new, BitSet::set, BitSet::or);
        sets.add(set);
        return set;
    }
}
