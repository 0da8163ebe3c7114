package dev.millrace.retrieval.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.snowball.SnowballFilter;

/**
 * Divides passages and questions into words: lower case, stemmed as English, without the words of
 * Snowball's English stop list. Unlike Lucene's default list, Snowball's list has words that
 * questions consist of, such as "how" and "do".
 */
final class EnglishText {
    private static final String STOP_WORDS = "english_stop.txt";

    private EnglishText() {}

    static Analyzer analyzer() {
        try (InputStream file = SnowballFilter.class.getResourceAsStream(STOP_WORDS)) {
            CharArraySet words =
                    WordlistLoader.getSnowballWordSet(
                            new InputStreamReader(Objects.requireNonNull(file, STOP_WORDS), UTF_8));
            return new EnglishAnalyzer(words);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STOP_WORDS, e);
        }
    }
}
