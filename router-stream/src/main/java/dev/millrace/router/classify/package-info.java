/**
 * What kind of job a request is: how hard, what it is about, in which language, how urgent, how
 * long. Rules on the last message of the user and on the request as a whole; nothing is computed
 * that no policy asks for.
 *
 * <p>The router's threads run it. Depends on contracts only, and knows nothing of Kafka.
 */
@NullMarked
package dev.millrace.router.classify;

import org.jspecify.annotations.NullMarked;
