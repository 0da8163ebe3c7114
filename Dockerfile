# One image for every service: docs/containers.md. Without a registry, deploy/containers/base-images makes the base images.
# An image with a JDK 25 and Maven, and a Linux with glibc to run on.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUN_IMAGE=debian:bookworm-slim

# The poms alone, so that only a changed pom repeats the downloads.
FROM ${BUILD_IMAGE} AS poms
WORKDIR /src
COPY . .
RUN find . -type f -not -name pom.xml -not -path './.mvn/*' -delete && find . -type d -empty -delete

FROM ${BUILD_IMAGE} AS build
ENV MAVEN_OPTS=-Dmaven.repo.local=/m2
WORKDIR /src
COPY --from=poms /src .
# "build" compiles; "context" takes the jars of standalone/target/millrace, which Maven has built outside.
ARG JARS=build
RUN [ "$JARS" = context ] || (mvn -B -ntp -q package -pl standalone -am -Dproduct -Dspotless.check.skip=true \
    && rm -rf */target */*/target)

# The modules that jdeps reports, those that Kafka's Kerberos login loads by name, and jcmd and flight recordings. A class-data
# archive serves commands that run without the start-up cache.
ARG JAVA_MODULES=java.base,java.compiler,java.desktop,java.naming,java.net.http,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.security.auth,jdk.security.jgss,jdk.unsupported
RUN jlink --add-modules "$JAVA_MODULES" --compress zip-6 --no-header-files --no-man-pages --output /opt/millrace/java \
    && /opt/millrace/java/bin/java -Xshare:dump -XX:+UseSerialGC -Xlog:disable

COPY . .
RUN [ "$JARS" = context ] || (rm -rf standalone/target \
    && mvn -B -ntp -q package -pl standalone -am -Dproduct -Dspotless.check.skip=true)

# Every file gets the same date, in seconds since 1970, also because the start-up cache accepts only jars of the dates that it
# was made with.
ARG SOURCE_DATE_EPOCH=1767225600
RUN sh deploy/containers/assemble standalone/target/millrace /opt/millrace /layers "$SOURCE_DATE_EPOCH"

FROM ${RUN_IMAGE}
# The start-up cache is the only layer that differs from build to build, so it comes last.
COPY --from=build /layers/base /
COPY --from=build /layers/lib /
COPY --from=build /layers/app /
COPY --from=build /layers/cache /
ENV PATH=/opt/millrace/bin:/usr/local/bin:/usr/bin:/bin HOME=/var/lib/millrace LANG=C.UTF-8
USER 10001:10001
WORKDIR /var/lib/millrace
VOLUME /var/lib/millrace
EXPOSE 9464
ENTRYPOINT ["/opt/millrace/bin/millrace"]
CMD ["--help"]
HEALTHCHECK --interval=10s --timeout=10s --start-period=60s --retries=3 CMD ["/opt/millrace/bin/millrace", "health"]
# The labels, such as $(git rev-parse HEAD) for the revision.
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Millrace" \
      org.opencontainers.image.description="A Kafka-native batch inference pipeline for large language models" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
