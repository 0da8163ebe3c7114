/** Tests of forgetting a tenant or a batch in the store of files. */
@NullMarked
package dev.millrace.gateway.erasure;

import org.jspecify.annotations.NullMarked;
