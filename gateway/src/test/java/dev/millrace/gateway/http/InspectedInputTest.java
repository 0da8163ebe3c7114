package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class InspectedInputTest {
    private static final byte[] BODY = {1, (byte) 0xff, 3, 4};

    @Test
    void everyWayToReadPassesTheInspection() throws IOException {
        var inspected = new ByteArrayOutputStream();
        try (var body =
                new InspectedInput(new ByteArrayInputStream(BODY)) {
                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int count = super.read(target, offset, length);
                        inspected.write(target, offset, Math.max(0, count));
                        return count;
                    }
                }) {
            assertThat(body.skip(1)).isEqualTo(1);
            assertThat(body.read()).isEqualTo(0xff);
            assertThat(body.readNBytes(2)).containsExactly(3, 4);
            assertThat(body.read()).isEqualTo(-1);
        }

        assertThat(inspected.toByteArray()).isEqualTo(BODY);
    }
}
