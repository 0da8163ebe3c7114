package dev.millrace.similarity.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.similarity.verification.VerificationState.Measuring;
import dev.millrace.similarity.verification.VerificationState.SwitchedOff;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class VerificationRecordTest {
    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Stored records must stay readable. */
    @Test
    void formatIsFixed() {
        assertThat(VerificationRecord.encode(new Measuring(0.5, 258, 1)))
                .isEqualTo(bytes("0101" + "00000102" + "00000001" + "3fe0000000000000"));
        assertThat(VerificationRecord.encode(new SwitchedOff(1, 2)))
                .isEqualTo(bytes("0102" + "00000001" + "00000002" + "0000000000000000"));
    }

    @Test
    void bytesAreReadBack() {
        var state = new Measuring(0.96, 700, 3);

        assertThat(VerificationRecord.decode(VerificationRecord.encode(state))).isEqualTo(state);
    }

    @Test
    void otherBytesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationRecord.decode(bytes("02")))
                .withMessage("unknown version of a verification state: 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationRecord.decode(new byte[0]))
                .withMessage("unknown version of a verification state: no bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationRecord.decode(bytes("0101")))
                .withMessage("a verification state has 18 bytes, not 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationRecord.decode(bytes("0103" + "00".repeat(16))))
                .withMessage("unknown kind of a verification state: 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationRecord.decode(bytes("0101" + "ff".repeat(16))));
    }
}
