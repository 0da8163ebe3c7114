package dev.millrace.webhooks;

import dev.millrace.configuration.Secret;
import dev.millrace.contracts.webhook.SigningKey;
import dev.millrace.webhooks.http.Poster;
import dev.millrace.webhooks.http.Poster.ReceiverAnswer;
import dev.millrace.webhooks.http.Poster.SignedRequest;
import dev.millrace.webhooks.outbox.Receiver;
import java.time.InstantSource;
import java.util.Optional;

/** Signs events with the present key of a receiver, and posts them to it. */
record SignedPoster(Receiver receiver, Poster poster, InstantSource clock)
        implements AutoCloseable {

    /** Posts an event, or returns why it cannot be signed. */
    ReceiverAnswer post(String id, byte[] payload) {
        Secret secret = receiver.webhook().secret().readAgain();
        if (!secret.isSet()) {
            return new ReceiverAnswer.Missing("no secret: " + secret.missing().orElse(""));
        }
        Optional<String> problem = SigningKey.problem(secret.reveal());
        if (problem.isPresent()) {
            return new ReceiverAnswer.Missing("the secret " + problem.get());
        }
        return poster.post(
                SignedRequest.of(
                        id,
                        clock.instant().getEpochSecond(),
                        payload,
                        SigningKey.of(secret.reveal())));
    }

    /** Aborts the attempt that is under way. Any thread may call it. */
    @Override
    public void close() {
        poster.close();
    }
}
