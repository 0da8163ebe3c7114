package dev.millrace.similarity.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares our tokenizer with the one of Hugging Face. */
class WordPieceTokenizerTest {
    private static final String VOCABULARY = "/all-minilm-l6-v2-q-tokenizer.json";
    private static final WordPieceTokenizer OURS =
            new WordPieceTokenizer(Vocabulary.read(VOCABULARY));

    private static HuggingFaceTokenizer reference;

    @BeforeAll
    static void open() throws IOException {
        // The reference asks the network where it runs unless this is set.
        System.setProperty("OPT_OUT_TRACKING", "true");
        reference =
                HuggingFaceTokenizer.newInstance(
                        Resources.open(VOCABULARY),
                        Map.of("padding", "false", "truncation", "false"));
    }

    @AfterAll
    static void close() {
        reference.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "How do I reset my password?",
                "Don't re-order: e-mail (or call) +49-30/1234 #7 for $12.50!",
                "Crème brûlée à la Ångström, naïve coöperation — „ja“…",
                "ΟΔΥΣΣΕΥΣ İstanbul ﬁne ½ ² ＡＢＣ",
                "如何重置密码？東京タワー 서울",
                "a\u0000b\u200Bc\uFFFDd\u00ADe\tf\ng\r\nh\u0085i\u00A0j\u2028k",
                "e\u200B\u0301 \u0301 x\u0300\u0301y",
                "👩‍👩‍👧 😀ok",
                "unaffableantidisestablishmentarianism"
            })
    void textHasTheSameTokens(String text) {
        assertThat(OURS.tokenize(text, 512)).isEqualTo(reference.encode(text).getIds());
    }

    @Test
    void wordOfMoreThanAHundredCharactersIsUnknown() {
        for (int length : new int[] {100, 101}) {
            String text = "a ".concat("é".repeat(length)).concat(" b");
            assertThat(OURS.tokenize(text, 512)).isEqualTo(reference.encode(text).getIds());
        }
    }

    @Test
    void randomTextsHaveTheSameTokens() {
        var random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            String text = text(random);
            assertThat(OURS.tokenize(text, 512))
                    .as(() -> codePoints(text))
                    .isEqualTo(reference.encode(text).getIds());
        }
    }

    /** Returns letters of many scripts, marks, spaces and controls. */
    private static String text(Random random) {
        int[] firsts = {
            ' ', 'a', 'A', '0', 0x80, 0x250, 0x300, 0x370, 0x2000, 0x2190, 0x3040, 0x4E00
        };
        return IntStream.range(0, random.nextInt(40))
                .map(_ -> firsts[random.nextInt(firsts.length)] + random.nextInt(40))
                .filter(Character::isDefined)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static String codePoints(String text) {
        return text.codePoints().mapToObj(Integer::toHexString).collect(Collectors.joining(" "));
    }

    @Test
    void nameOfASpecialTokenIsOrdinaryText() {
        assertThat(OURS.tokenize("[SEP]", 512)).hasSizeGreaterThan(3).containsOnlyOnce(102);
    }

    @Test
    void longTextIsCutOff() {
        long[] tokens = OURS.tokenize("one two three four five", 4);

        assertThat(tokens).hasSize(4).startsWith(101).endsWith(102);
    }
}
