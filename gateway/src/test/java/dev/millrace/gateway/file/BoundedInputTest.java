package dev.millrace.gateway.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.gateway.http.ApiError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundedInputTest {
    private static InputStream failing(RuntimeException failure) {
        var body =
                new ByteArrayInputStream(new byte[1]) {
                    @Override
                    public synchronized int read(byte[] target, int offset, int length) {
                        throw failure;
                    }
                };
        return new BoundedInput(body, 100);
    }

    @Test
    void errorForTheClientIsKept() {
        ApiError tooBusy = ApiError.overloaded(Duration.ofSeconds(1), "too many large bodies");

        assertThat(catchThrowable(failing(tooBusy)::readAllBytes)).isSameAs(tooBusy);
    }

    @Test
    void lostConnectionIsAnIoException() {
        assertThatThrownBy(failing(new IllegalStateException("closed"))::readAllBytes)
                .isInstanceOf(IOException.class)
                .hasMessage("the request ended before its body");
    }
}
