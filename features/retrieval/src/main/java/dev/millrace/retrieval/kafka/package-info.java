/**
 * Kafka behind the interfaces of the service: the topics of documents and of waiting jobs. Depends
 * on contracts and the packages whose interfaces it implements.
 */
@NullMarked
package dev.millrace.retrieval.kafka;

import org.jspecify.annotations.NullMarked;
