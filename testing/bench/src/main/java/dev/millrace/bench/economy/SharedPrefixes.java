package dev.millrace.bench.economy;

import dev.millrace.bench.load.ShopWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Questions of many shops. The questions of a shop begin with its instructions, of {@link
 * #PREFIX_TOKENS} tokens. 2 to 500 questions share instructions, on a logarithmic scale: 90 on
 * average.
 *
 * @param sizes number of questions of each shop
 */
record SharedPrefixes(List<Integer> sizes) {
    /** The model that every job names. */
    static final String MODEL = "gpt-4.1";

    /** A multiple of the steps in which providers cache. */
    static final int PREFIX_TOKENS = 1_280;

    private static final int LEAST = 2;
    private static final int MOST = 500;
    private static final double AVERAGE = 90;
    private static final int CHARACTERS_PER_TOKEN = 4;
    private static final int ANSWER_TOKENS = 20;

    SharedPrefixes {
        sizes = List.copyOf(sizes);
    }

    /** Returns shops with about the given number of questions in total, at least 2. */
    static SharedPrefixes of(int questions) {
        int shops = Math.max(1, (int) Math.round(questions / AVERAGE));
        return new SharedPrefixes(
                IntStream.range(0, shops)
                        .mapToObj(shop -> size((shop + 0.5) / shops, questions))
                        .toList());
    }

    private static int size(double part, int questions) {
        double most = Math.min(MOST, questions);
        return (int) Math.round(LEAST * Math.pow(most / LEAST, part));
    }

    /** Returns the number of questions. */
    int questions() {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns the lines of a batch file, shop by shop. */
    List<String> sorted() {
        List<String> lines = new ArrayList<>();
        for (int shop = 0; shop < sizes.size(); shop++) {
            String instructions = instructions(shop);
            for (int i = 0; i < sizes.get(shop); i++) {
                lines.add(line(lines.size(), instructions));
            }
        }
        return lines;
    }

    /** Returns the lines of a batch file in the order in which the questions arrive. */
    List<String> inArrivalOrder() {
        List<String> lines = sorted();
        var random = new SplittableRandom(1);
        for (int i = lines.size() - 1; i > 0; i--) {
            String line = lines.get(i);
            int other = random.nextInt(i + 1);
            lines.set(i, lines.get(other));
            lines.set(other, line);
        }
        return lines;
    }

    private static String instructions(int shop) {
        var random = new SplittableRandom(shop);
        var text = new StringBuilder("Shop " + shop + ":");
        while (text.length() < PREFIX_TOKENS * CHARACTERS_PER_TOKEN) {
            text.append(' ').append(ShopWords.ALL.get(random.nextInt(ShopWords.ALL.size())));
        }
        return text.substring(0, PREFIX_TOKENS * CHARACTERS_PER_TOKEN);
    }

    private static String line(int number, String instructions) {
        return String.format(
                Locale.ROOT,
                """
                {"custom_id":"question-%d","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[{"role":"system","content":"%s"},\
                {"role":"user","content":"Ticket %d: where is my parcel?"}],"max_tokens":%d}}""",
                number,
                MODEL,
                instructions,
                number,
                ANSWER_TOKENS);
    }

    /**
     * Returns how many tokens the best order of calls reads from a prompt cache: all instructions
     * but those of one call on each machine that answers the shop's questions.
     *
     * @param minutes duration of all calls
     * @param callsPerMinute calls of a shop that one machine answers
     */
    long cachedAtBest(double minutes, int callsPerMinute) {
        long perMachine = (long) (callsPerMinute * Math.max(1, minutes));
        return sizes.stream()
                .mapToLong(size -> (long) PREFIX_TOKENS * (size - Math.ceilDiv(size, perMachine)))
                .sum();
    }
}
