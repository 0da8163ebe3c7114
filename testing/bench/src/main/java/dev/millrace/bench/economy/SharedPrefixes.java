package dev.millrace.bench.economy;

import dev.millrace.bench.load.ShopWords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
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

    /**
     * Returns the lines of a batch file.
     *
     * @param isSorted shop by shop; otherwise in the order in which the questions arrive
     * @param deadline of every question
     */
    List<String> lines(boolean isSorted, Instant deadline) {
        List<String> lines = new ArrayList<>();
        for (int shop = 0; shop < sizes.size(); shop++) {
            String instructions = instructions(shop);
            for (int i = 0; i < sizes.get(shop); i++) {
                lines.add(line(lines.size(), instructions, deadline));
            }
        }
        if (!isSorted) {
            Collections.shuffle(lines, Random.from(new SplittableRandom(1)));
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

    private static String line(int number, String instructions, Instant deadline) {
        return String.format(
                Locale.ROOT,
                """
                {"custom_id":"question-%d","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[{"role":"system","content":"%s"},\
                {"role":"user","content":"Ticket %d: where is my parcel?"}],"max_tokens":%d},\
                "millrace":{"deadline":"%s"}}""",
                number,
                MODEL,
                instructions,
                number,
                ANSWER_TOKENS,
                deadline);
    }

    /**
     * Returns how many tokens the best order of calls reads from a prompt cache: all instructions
     * but the first ones on each machine. A shop needs a machine for each {@code callsPerMinute}
     * questions that it asks in its busiest minute.
     *
     * @param time of all calls, in which a shop's questions are spread evenly
     * @param callsPerMinute calls of a shop that one machine answers
     */
    long cachedAtBest(Duration time, int callsPerMinute) {
        double minutes = Math.max(1, time.toMillis() / (double) Duration.ofMinutes(1).toMillis());
        return sizes.stream()
                .mapToLong(size -> size - (long) Math.ceil(size / minutes / callsPerMinute))
                .map(reads -> reads * PREFIX_TOKENS)
                .sum();
    }
}
