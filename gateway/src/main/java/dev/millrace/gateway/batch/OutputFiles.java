package dev.millrace.gateway.batch;

import dev.millrace.gateway.file.FileRecord;
import dev.millrace.gateway.file.VirtualFiles;
import dev.millrace.gateway.results.BatchCounts;
import dev.millrace.gateway.results.StoredResults;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** The output and error files of batches, read from the sink. Thread-safe. */
public final class OutputFiles implements VirtualFiles {
    private final Batches batches;
    private final StoredResults results;
    private final int maxLineBytes;

    /**
     * @param maxLineBytes maximum size of a result
     */
    public OutputFiles(Batches batches, StoredResults results, int maxLineBytes) {
        this.batches = batches;
        this.results = results;
        this.maxLineBytes = maxLineBytes;
    }

    @Override
    public Optional<VirtualFile> find(String tenant, String id) throws IOException {
        Optional<OutputId> output = OutputId.parse(id);
        if (output.isEmpty()) {
            return Optional.empty();
        }
        Optional<BatchState> state =
                batches.find(tenant, output.get().batch()).filter(it -> exists(output.get(), it));
        if (state.isEmpty()) {
            return Optional.empty();
        }
        BatchCounts stored = results.batch(tenant, output.get().batch()).orElse(BatchCounts.NONE);
        // An incomplete set of results must not be served as the whole file.
        return stored.ended() < state.get().counts().ended()
                ? Optional.empty()
                : Optional.of(new Output(output.get(), state.get(), stored));
    }

    private static boolean exists(OutputId id, BatchState state) {
        return state.status().isEnd()
                && (id.isErrors() ? state.counts().failed() : state.counts().succeeded()) > 0;
    }

    /** One file. */
    private final class Output implements VirtualFile {
        private final OutputId id;
        private final BatchState state;
        private final BatchCounts stored;

        Output(OutputId id, BatchState state, BatchCounts stored) {
            this.id = id;
            this.state = state;
            this.stored = stored;
        }

        @Override
        public FileRecord record() throws IOException {
            var counter = new CountingOutput();
            writeTo(counter);
            Instant created = state.endedAt(state.facts().submission().expiresAt());
            return new FileRecord(
                    id.text(),
                    id.filename(),
                    "batch_output",
                    counter.bytes,
                    id.isErrors() ? state.counts().failed() : state.counts().succeeded(),
                    created,
                    Optional.empty());
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            Optional<InputStream> lines =
                    batches.results(state.facts().submission(), OptionalLong.empty());
            long copied = 0;
            if (lines.isPresent()) {
                try (InputStream in = lines.get()) {
                    copied = new ResultFilter(id.isErrors(), maxLineBytes).copy(in, out);
                }
            }
            if (copied < (id.isErrors() ? stored.failed() : stored.succeeded())) {
                throw new IOException("the sink has deleted results while they were read");
            }
        }
    }

    /** Counts bytes and drops them. */
    private static final class CountingOutput extends OutputStream {
        private long bytes;

        @Override
        public void write(int value) {
            bytes++;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            bytes += length;
        }
    }
}
