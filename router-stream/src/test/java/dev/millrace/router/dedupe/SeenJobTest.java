package dev.millrace.router.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class SeenJobTest {
    @Property
    void encodedJobIsDecodedUnchanged(
            @ForAll long at,
            @ForAll boolean hasEnded,
            @ForAll @Size(value = RequestDigest.BYTES) byte[] digest) {
        var read = SeenJob.decode(new SeenJob(at, hasEnded, digest).encode());

        assertThat(read.atMillis()).isEqualTo(at);
        assertThat(read.hasEnded()).isEqualTo(hasEnded);
        assertThat(read.digest()).isEqualTo(digest);
    }
}
