package dev.millrace.contracts.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @Test
    void signsTheExampleOfTheReferenceLibraries() {
        String body = "{\"test\": 2432232314}";

        assertThat(
                        SigningKey.of(KEY)
                                .sign(
                                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                        1_614_265_330,
                                        body.getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void acceptsTwentyFourToSixtyFourBytes() {
        assertThat(SigningKey.problem(key(24))).isEmpty();
        assertThat(SigningKey.problem(key(64))).isEmpty();
        assertThat(SigningKey.problem(key(23))).isPresent();
        assertThat(SigningKey.problem(key(65))).isPresent();
    }

    @Test
    void neverShowsAWrongKey() {
        assertThatThrownBy(() -> SigningKey.of("whsec_hunter2!"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must be whsec_ and then 24 to 64 bytes in base64")
                .hasMessageNotContaining("hunter2");
        assertThat(SigningKey.of(KEY)).hasToString("***");
    }

    private static String key(int bytes) {
        return "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
    }
}
