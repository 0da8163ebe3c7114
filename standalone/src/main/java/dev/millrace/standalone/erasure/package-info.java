/**
 * {@code millrace forget}: erases the data of a tenant or batch step by step, and reports what
 * remains until when. Runs on the command's thread.
 */
@NullMarked
package dev.millrace.standalone.erasure;

import org.jspecify.annotations.NullMarked;
