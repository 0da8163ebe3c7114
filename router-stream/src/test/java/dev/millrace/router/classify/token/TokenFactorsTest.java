package dev.millrace.router.classify.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.millrace.router.classify.Requests;
import dev.millrace.router.classify.body.RequestBody;
import java.util.Locale;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the factors with the two public tokenizers, and prints the differences. */
class TokenFactorsTest {
    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();
    private static final Encoding O200K = ENCODINGS.getEncoding(EncodingType.O200K_BASE);
    private static final Encoding CL100K = ENCODINGS.getEncoding(EncodingType.CL100K_BASE);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "English|I ordered two blue cups last week, but the parcel that arrived on Monday was open and one of them was broken. Could you please send me a new one, or give me my money back?",
                "German|Letzte Woche habe ich zwei blaue Tassen bestellt, aber das Paket war offen, als es am Montag ankam, und eine davon war zerbrochen.",
                "Russian|На прошлой неделе я заказал две синие чашки, но посылка пришла в понедельник открытой, и одна из них была разбита.",
                "Chinese|上周我订购了两个蓝色的杯子，但是星期一收到的包裹是打开的，其中一个已经碎了。请给我寄一个新的，或者退款给我。",
                "Japanese|先週、青いカップを二つ注文しましたが、月曜日に届いた荷物は開いていて、そのうちの一つが割れていました。",
                "code|for (int i = 0; i < names.length; i++) { if (names[i].equals(wanted)) { return Optional.of(values[i]); } } return Optional.empty();",
                "JSON|{\"order\": 4711, \"items\": [{\"name\": \"blue cup\", \"count\": 2}], \"paid\": true, \"country\": \"DE\"}",
            })
    void factorsAreNearTheTokenizers(String kind, String text) {
        var counts = CharacterCounts.of(RequestBody.of(Requests.chat(text)).question());
        long o200k = TokenFactors.of(TokenFamily.O200K).tokens(counts);
        long cl100k = TokenFactors.of(TokenFamily.CL100K).tokens(counts);
        int exactO200k = O200K.countTokensOrdinary(text);
        int exactCl100k = CL100K.countTokensOrdinary(text);

        System.out.printf(
                Locale.ROOT,
                "%-9s o200k %3d by factors, %3d counted (%+.0f %%); cl100k %3d, %3d (%+.0f %%)%n",
                kind,
                o200k,
                exactO200k,
                100.0 * o200k / exactO200k - 100,
                cl100k,
                exactCl100k,
                100.0 * cl100k / exactCl100k - 100);

        assertThat(o200k).isCloseTo(exactO200k, Percentage.withPercentage(35));
        assertThat(cl100k).isCloseTo(exactCl100k, Percentage.withPercentage(35));
    }
}
