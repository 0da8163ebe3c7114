/** Tests of the place where a gateway stores files. */
@NullMarked
package dev.millrace.contracts.config.storage;

import org.jspecify.annotations.NullMarked;
