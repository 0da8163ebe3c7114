/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.kafka;

import org.jspecify.annotations.NullMarked;
