/** Tests of the package of the same name. */
@NullMarked
package dev.millrace.worker.http;

import org.jspecify.annotations.NullMarked;
