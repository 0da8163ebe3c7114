package dev.millrace.router.classify.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.money.Price;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageTokensTest {
    private static ImageTokens of(String name) {
        Model model = Model.of(name, "any", Price.of("1", "1"));
        return ImageTokens.of(model, TokenFamily.of(model));
    }

    @ParameterizedTest
    @CsvSource({
        // The examples of OpenAI's guide.
        "gpt-4o, 1024, 1024, 765",
        "gpt-4o, 2048, 4096, 1105",
        "gpt-4.1-mini, 1024, 1024, 1659",
        "gpt-4.1-nano, 1024, 1024, 2520",
        "o4-mini, 32, 32, 2",
        "gpt-4.1, 500, 500, 255",
        "gpt-5, 1024, 1024, 630",
        "o3, 1024, 1024, 675",
        "gpt-4o-mini, 512, 512, 8500",
        // The examples of Anthropic's page.
        "claude-sonnet-4.5, 200, 200, 54",
        "claude-sonnet-4.5, 1000, 1000, 1334",
        "claude-sonnet-4.5, 1092, 1092, 1590",
        "claude-sonnet-4.5, 8000, 8000, 1600",
        "claude-opus-4.7, 8000, 8000, 4784",
        // Google's rule.
        "gemini-2.5-flash, 384, 384, 258",
        "gemini-2.5-flash, 385, 100, 258",
        "gemini-2.5-flash, 1024, 1024, 1032",
        "qwen-vl, 64, 64, 1024",
    })
    void tokensMatchTheProvidersExamples(String model, int width, int height, long tokens) {
        assertThat(of(model).of(new ImageSize(width, height), false)).isEqualTo(tokens);
    }

    @Test
    void lowDetailCostsTheBaseOnly() {
        assertThat(of("gpt-4o").of(new ImageSize(4000, 4000), true)).isEqualTo(85);
    }

    @ParameterizedTest
    @CsvSource({"gpt-4o", "gpt-5-nano", "claude-sonnet-4.5", "claude-opus-4.7", "o1"})
    void tokensNeverExceedTheMaximum(String model) {
        ImageTokens tokens = of(model);
        for (int width = 1; width < 20_000; width += 997) {
            for (int height = 1; height < 20_000; height += 991) {
                assertThat(tokens.of(new ImageSize(width, height), false))
                        .isBetween(1L, tokens.maxTokens().orElseThrow());
            }
        }
    }

    @Property
    void anyBytesGiveASizeOrNone(@ForAll byte[] bytes) {
        byte[] base64 = Base64.getEncoder().encode(bytes);

        assertThat(ImageSize.of(base64, new Span(0, base64.length)))
                .satisfiesAnyOf(
                        size -> assertThat(size).isEmpty(),
                        size -> assertThat(size.orElseThrow().width()).isPositive());
    }

    @Nested
    class Sizes {
        private static Optional<ImageSize> size(String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
            byte[] base64 = Base64.getEncoder().encode(bytes);
            return ImageSize.of(base64, new Span(0, base64.length));
        }

        @Test
        void readsPng() {
            assertThat(size("89504e470d0a1a0a 0000000d 49484452 00000320 00000258 0802000000"))
                    .contains(new ImageSize(800, 600));
        }

        @Test
        void readsGif() {
            assertThat(size("474946383961 2003 5802 f70000")).contains(new ImageSize(800, 600));
        }

        @Test
        void readsJpegBehindOtherSegments() {
            var jpeg = new ByteArrayOutputStream();
            var hex = HexFormat.of();
            jpeg.writeBytes(hex.parseHex("ffd8ffe1fffe"));
            jpeg.writeBytes(new byte[0xFFFC]);
            jpeg.writeBytes(hex.parseHex("ffdb0004beefffc40004beefffc2001108025803200301"));
            byte[] base64 = Base64.getEncoder().encode(jpeg.toByteArray());

            assertThat(ImageSize.of(base64, new Span(0, base64.length)))
                    .contains(new ImageSize(800, 600));
        }

        @Test
        void readsAllThreeFormsOfWebp() {
            String riff = "52494646 00000000 57454250 ";
            assertThat(size(riff + "56503820 00000000 000000 9d012a 2003 5802"))
                    .contains(new ImageSize(800, 600));
            assertThat(size(riff + "5650384c 00000000 2f 1fc39500"))
                    .contains(new ImageSize(800, 600));
            assertThat(size(riff + "56503858 00000000 00000000 1f0300 570200"))
                    .contains(new ImageSize(800, 600));
        }

        @Test
        void truncatedImageHasNoSize() {
            assertThat(size("89504e470d0a1a0a0000000d4948445200000320")).isEmpty();
            assertThat(size("ffd8ffe1")).isEmpty();
            assertThat(size("ffd8ffe10000")).isEmpty();
            assertThat(size("47494638")).isEmpty();
            assertThat(size("52494646 00000000 57454250 56503820")).isEmpty();
            assertThat(size("00")).isEmpty();
        }

        @Test
        void readsBase64WithEscapedSlashes() {
            byte[] png =
                    HexFormat.of().parseHex("89504e470d0a1a0a0000000d4948445200000fff00000fff");
            String escaped = Base64.getEncoder().encodeToString(png).replace("/", "\\/");

            assertThat(
                            ImageSize.of(
                                    escaped.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                                    new Span(0, escaped.length())))
                    .contains(new ImageSize(4095, 4095));
        }
    }
}
