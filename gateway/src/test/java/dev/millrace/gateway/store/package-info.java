/** Tests of the store of files. */
@NullMarked
package dev.millrace.gateway.store;

import org.jspecify.annotations.NullMarked;
