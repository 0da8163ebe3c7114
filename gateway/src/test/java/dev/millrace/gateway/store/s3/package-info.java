/** Tests of the store of files in a bucket. */
@NullMarked
package dev.millrace.gateway.store.s3;

import org.jspecify.annotations.NullMarked;
