/**
 * Where records come in and go out: what times they carry, how large they may be, and the partition
 * that they go to. Runs on the stream threads and keeps nothing. Depends on contracts only.
 */
@NullMarked
package dev.millrace.router.edge;

import org.jspecify.annotations.NullMarked;
