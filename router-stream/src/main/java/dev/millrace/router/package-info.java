/** The Kafka Streams topology that validates, plans and routes jobs. */
@NullMarked
package dev.millrace.router;

import org.jspecify.annotations.NullMarked;
