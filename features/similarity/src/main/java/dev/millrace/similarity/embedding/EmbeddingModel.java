package dev.millrace.similarity.embedding;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * Turns texts into vectors whose cosine measures the similarity of their meanings. Uses the model
 * all-MiniLM-L6-v2 with 8-bit weights. Understands English; other languages much less.
 *
 * <p>An object takes about 200 MiB outside the heap, and 0.3 s to create. Each call computes on its
 * caller's thread, so that callers decide how many processors are used. Thread-safe, except that no
 * call may run while the model is closed.
 *
 * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">the model</a>
 */
public final class EmbeddingModel implements AutoCloseable {
    /** Length of the vectors. */
    public static final int DIMENSIONS = 384;

    /** Most tokens of a text that the model can read, including the start and end tokens. */
    public static final int MAX_TOKENS = 512;

    private static final String WEIGHTS = "/all-minilm-l6-v2-q.onnx";
    static final String VOCABULARY = "/all-minilm-l6-v2-q-tokenizer.json";

    private final WordPieceTokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;

    private EmbeddingModel(
            WordPieceTokenizer tokenizer, OrtEnvironment environment, OrtSession session) {
        this.tokenizer = tokenizer;
        this.environment = environment;
        this.session = session;
    }

    /**
     * Loads the model.
     *
     * @throws IllegalStateException if it is not on the class path, or cannot run on this machine
     */
    public static EmbeddingModel load() {
        var tokenizer = new WordPieceTokenizer(Vocabulary.read(VOCABULARY));
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        try (InputStream weights = Resources.open(WEIGHTS);
                var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            OrtSession session = environment.createSession(weights.readAllBytes(), options);
            return new EmbeddingModel(tokenizer, environment, session);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + WEIGHTS, e);
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model does not run here", e);
        }
    }

    /**
     * Returns the tokens of a text for {@link #embed}.
     *
     * @param most number of tokens, from 2 to {@link #MAX_TOKENS}; further ones are left out. To
     *     find out whether a text has more tokens, ask for one more
     */
    public long[] tokens(String text, int most) {
        if (most < 2 || most > MAX_TOKENS) {
            throw new IllegalArgumentException("2 to " + MAX_TOKENS + " tokens, not " + most);
        }
        return tokenizer.tokenize(text, most);
    }

    /**
     * Returns the embedding of a text, a vector of length 1.
     *
     * @param tokens as returned by {@link #tokens}
     */
    public float[] embed(long[] tokens) {
        var ones = new long[tokens.length];
        Arrays.fill(ones, 1);
        long[] shape = {1, tokens.length};
        try (var ids = OnnxTensor.createTensor(environment, LongBuffer.wrap(tokens), shape);
                var mask = OnnxTensor.createTensor(environment, LongBuffer.wrap(ones), shape);
                var types =
                        OnnxTensor.createTensor(
                                environment, LongBuffer.allocate(tokens.length), shape);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids",
                                        ids,
                                        "attention_mask",
                                        mask,
                                        "token_type_ids",
                                        types))) {
            return normalized(sum(((OnnxTensor) result.get(0)).getFloatBuffer()));
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model failed", e);
        }
    }

    /** Sums the vectors of all tokens; the sum and the mean have one direction. */
    private static float[] sum(FloatBuffer vectors) {
        var sum = new float[DIMENSIONS];
        while (vectors.hasRemaining()) {
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += vectors.get();
            }
        }
        return sum;
    }

    private static float[] normalized(float[] vector) {
        double squares = 0;
        for (float it : vector) {
            squares += (double) it * it;
        }
        var unit = new float[vector.length];
        double length = Math.sqrt(squares);
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }

    /** Returns the cosine of two embeddings, from -1 to 1, apart from rounding. */
    public static float cosine(float[] a, float[] b) {
        float cosine = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            cosine += a[i] * b[i];
        }
        return cosine;
    }

    /** Frees the memory of the model. */
    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model cannot be closed", e);
        }
    }
}
