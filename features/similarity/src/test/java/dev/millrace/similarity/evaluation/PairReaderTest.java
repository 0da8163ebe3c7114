package dev.millrace.similarity.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairReaderTest {
    private static List<LabelledPair> read(String text) throws IOException {
        return PairReader.read(new BufferedReader(new StringReader(text)));
    }

    @Test
    void eachLineThatIsNotBlankIsAPair() throws IOException {
        assertThat(
                        read(
                                """
                                {"a":"x","b":"y","same":true,"kind":{"of":["z"]}}

                                {"same":false,"b":"v","a":"u"}
                                """))
                .containsExactly(
                        new LabelledPair(1, "x", "y", true), new LabelledPair(3, "u", "v", false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    []                                   | line 2: must be a JSON object
                    {"a":"x","b":"y"}                    | line 2: "same" must be true or false
                    {"a":"x","b":"y","same":"true"}      | line 2: "same" must be true or false
                    {"a":"x","b":" ","same":true}        | line 2: "b" must be a text that is not blank
                    {"a":7,"b":"y","same":true}          | line 2: "a" must be a text that is not blank
                    {"a":"x","a":"y","b":"z","same":true}| line 2: is not JSON
                    {"a":"x","b":"y","same":true} x      | line 2: is not JSON
                    {"a":"x","b":"y","same":true} {}     | line 2: has text after the object
                    {"a":"x"                             | line 2: is not JSON
                    """)
    void wrongLineIsNamed(String line, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("\n" + line))
                .withMessageStartingWith(message);
    }
}
